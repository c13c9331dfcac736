// A log file that can be reopened after logrotate moved it, and that rotates itself by size when
// asked to. spdlog's own file sinks cannot reopen. Several processes may write and rotate the same
// file: each line is one write to its end, and the rotation is done under a lock.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <mutex>
#include <string>

namespace daemon_process {

class ReopeningFileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // rotate_bytes 0: never. Throws base::Error `could not open log file "F": reason`.
  ReopeningFileSink(const std::string& path, std::size_t rotate_bytes, int rotate_keep);
  ~ReopeningFileSink() override;
  // Throws as the constructor does; then the old file stays in use.
  void Reopen();

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}  // nothing is held back

 private:
  void ReopenLocked();
  void RotateWhenFull(std::size_t more);
  std::string path_;
  std::size_t rotate_bytes_;
  int rotate_keep_;
  int fd_ = -1;
};

}  // namespace daemon_process
