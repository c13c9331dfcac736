// local_tracking_file: the last tick that was worked on, as a number on one line.
#pragma once

#include <optional>
#include <string>

#include "pgq/ids.h"

namespace pgq_tool::consumers {

class TrackingFile {
 public:
  explicit TrackingFile(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }

  // nullopt: there is no file. Throws base::Error for one that holds something else.
  std::optional<pgq::TickId> Read() const;
  // On disk when this returns, whole or not at all. Throws base::Error.
  void Write(pgq::TickId tick) const;
  void Remove() const;

 private:
  const std::string path_;
};

}  // namespace pgq_tool::consumers
