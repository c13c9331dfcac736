#include "daemon/reopening_file_sink.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.h"

namespace daemon_process {

ReopeningFileSink::ReopeningFileSink(const std::string& path, std::size_t rotate_bytes,
                                     int rotate_keep)
    : path_(path), rotate_bytes_(rotate_bytes), rotate_keep_(rotate_keep) {
  // spdlog retries for a while before it gives up; a folder that is missing is known at once.
  FILE* probe = std::fopen(path.c_str(), "a");
  if (!probe)
    throw base::Error("could not open log file \"" + path + "\": " + std::strerror(errno),
                      "Check that its folder exists and that this user may write there.");
  std::fclose(probe);
  file_.open(path_, false);
  size_ = file_.size();
}

void ReopeningFileSink::Reopen() {
  const std::lock_guard lock(mutex_);
  file_.reopen(false);
  size_ = file_.size();
}

void ReopeningFileSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  if (rotate_bytes_ > 0 && size_ > 0 && size_ + line.size() > rotate_bytes_) Rotate();
  file_.write(line);
  size_ += line.size();
}

void ReopeningFileSink::flush_() { file_.flush(); }

// F.2 -> F.3, F.1 -> F.2, F -> F.1, as SkyTools names them.
void ReopeningFileSink::Rotate() {
  file_.close();
  for (int number = rotate_keep_; number > 0; --number) {
    const std::string from = number == 1 ? path_ : path_ + "." + std::to_string(number - 1);
    std::rename(from.c_str(), (path_ + "." + std::to_string(number)).c_str());
  }
  file_.open(path_, rotate_keep_ == 0);
  size_ = file_.size();
}

}  // namespace daemon_process
