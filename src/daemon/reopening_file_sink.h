// A log file that can be reopened after logrotate moved it, and that rotates itself by size when asked to. spdlog's own file sinks cannot
// reopen.
#pragma once

#include <spdlog/details/file_helper.h>
#include <spdlog/sinks/base_sink.h>

#include <mutex>
#include <string>

namespace daemon_process {

class ReopeningFileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // rotate_bytes 0: never. Throws base::Error `could not open log file "F": reason`.
  ReopeningFileSink(const std::string& path, std::size_t rotate_bytes, int rotate_keep);
  void Reopen();

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override;

 private:
  void Rotate();
  std::string path_;
  std::size_t rotate_bytes_;
  int rotate_keep_;
  std::size_t size_ = 0;
  spdlog::details::file_helper file_;
};

}  // namespace daemon_process
