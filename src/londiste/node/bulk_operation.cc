#include "londiste/node/bulk_operation.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "pg/error.h"

namespace londiste::node {

void BulkOperation::Refuse(const std::string& name, const std::string& hint) {
  refused_.push_back(name);
  if (!hint.empty()) hint_ = hint;
}

void BulkOperation::Do(const std::vector<std::string>& names,
                       const std::function<void(const std::string&)>& work) {
  for (const std::string& name : names) {
    try {
      work(name);
      ++count_;
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure();
      if (failure.kind != pg::FailureKind::kSql && failure.kind != pg::FailureKind::kOther) throw;
      const bool named = failure.message.find(name) != std::string::npos;
      spdlog::error("{}{}", named ? "" : name + ": ", failure.message);
      Refuse(name, failure.hint);
    }
  }
}

void BulkOperation::Finish(const std::string& verb) const {
  const std::size_t all = refused_.size() + count_;
  if (all == 0) spdlog::info("nothing to {}", verb);
  if (refused_.empty()) return;
  std::string names;
  for (const std::string& name : refused_) names += (names.empty() ? "" : ", ") + name;
  throw base::Error(std::to_string(refused_.size()) + " of " + std::to_string(all) + " " + noun_ +
                        (all == 1 ? "" : "s") + (refused_.size() == 1 ? " was" : " were") +
                        " not " + done_ + ": " + names,
                    hint_);
}

}  // namespace londiste::node
