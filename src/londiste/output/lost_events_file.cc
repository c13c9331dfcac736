#include "londiste/output/lost_events_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "londiste/output/json.h"

namespace londiste::output {
namespace {

Json TextOf(const std::optional<std::string_view>& value) {
  return value ? Json(std::string(*value)) : Json(nullptr);
}

[[noreturn]] void Raise(const std::string& path) {
  throw base::Error("could not write \"" + path + "\": " + std::strerror(errno),
                    "The lost events are written to the folder in which the command runs.");
}

void SyncFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) Raise(path);
  const bool synced = fsync(fd) == 0;
  close(fd);
  if (!synced) Raise(path);
}

}  // namespace

void LostEventsFile::CheckNew() {
  if (!std::filesystem::exists(path_)) return;
  throw base::Error("file \"" + path_ + "\" exists already",
                    "It may hold the lost events of another time: move it away, or run the command "
                    "in another folder.");
}

void LostEventsFile::Begin() {
  errno = 0;
  out_ = std::ofstream(Part(), std::ios::trunc);
  if (!out_) Raise(Part());
  first_ = true;
  out_ << "[";
}

void LostEventsFile::Add(const pgq::Batch& batch, const pgq::Event& event) {
  const Json json = {
      {"ev_id", event.id.value()},         {"ev_type", TextOf(event.type)},
      {"ev_data", TextOf(event.data)},     {"ev_extra1", TextOf(event.extra1)},
      {"ev_extra2", TextOf(event.extra2)}, {"ev_extra3", TextOf(event.extra3)},
      {"ev_extra4", TextOf(event.extra4)}, {"ev_time", TimeOrNull(std::string(event.time))},
      {"ev_txid", event.txid.value()},     {"ev_retry", TextOf(event.retry)},
      {"tick_id", batch.tick.value()},     {"prev_tick_id", batch.prev_tick.value()}};
  out_ << (first_ ? "\n" : ",\n") << json.dump(-1, ' ', false, Json::error_handler_t::replace);
  first_ = false;
}

void LostEventsFile::End() {
  out_ << "\n]\n";
  out_.close();
  if (!out_) Raise(Part());
  SyncFile(Part());
  if (std::rename(Part().c_str(), path_.c_str()) != 0) Raise(path_);
  SyncFile(std::filesystem::absolute(path_).parent_path().string());
}

}  // namespace londiste::output
