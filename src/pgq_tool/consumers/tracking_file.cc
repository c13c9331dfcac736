#include "pgq_tool/consumers/tracking_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "base/text.h"

namespace pgq_tool::consumers {
namespace {

[[noreturn]] void Fail(const std::string& what, const std::string& path) {
  throw base::Error("could not " + what + " \"" + path + "\": " + std::strerror(errno));
}

void Sync(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) Fail("open", path);
  const int result = fsync(fd);
  const int error = errno;
  close(fd);
  errno = error;
  if (result != 0) Fail("write", path);
}

}  // namespace

std::optional<pgq::TickId> TrackingFile::Read() const {
  std::ifstream file(path_);
  if (!file) {
    if (errno == ENOENT) return std::nullopt;
    Fail("open", path_);
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto tick = base::ParseWhole<std::int64_t>(base::Trim(text));
  if (!tick)
    throw base::Error("\"" + path_ + "\" holds no tick number",
                      "If it is another file, change local_tracking_file. \"--reset\" writes the "
                      "position of the consumer at the queue into it.");
  return pgq::TickId(*tick);
}

void TrackingFile::Write(pgq::TickId tick) const {
  const std::string fresh = path_ + ".new";
  {
    std::ofstream file(fresh, std::ios::trunc);
    file << tick.value() << "\n";
    if (!file.flush()) Fail("write", fresh);
  }
  Sync(fresh, O_WRONLY);
  if (std::rename(fresh.c_str(), path_.c_str()) != 0) Fail("write", path_);
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  Sync(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
}

void TrackingFile::Remove() const {
  if (std::remove(path_.c_str()) != 0 && errno != ENOENT) Fail("remove", path_);
}

}  // namespace pgq_tool::consumers
