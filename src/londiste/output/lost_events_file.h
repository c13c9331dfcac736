// The file resurrect-lost-events.json: the events that only an old root had, in the format of
// SkyTools: an array of objects.
#pragma once

#include <fstream>
#include <string>

#include "cascade/resurrect.h"

namespace londiste::output {

// Written beside its place and moved there when it is complete and on disk.
class LostEventsFile final : public cascade::LostEvents {
 public:
  explicit LostEventsFile(std::string path) : path_(std::move(path)) {}

  // Throws base::Error when there is such a file already.
  void CheckNew() override;
  void Begin() override;
  void Add(const pgq::Batch& batch, const pgq::Event& event) override;
  void End() override;
  std::string name() const override { return path_; }

 private:
  std::string Part() const { return path_ + ".part"; }

  const std::string path_;
  std::ofstream out_;
  bool first_ = true;
};

}  // namespace londiste::output
