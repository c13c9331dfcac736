// The objects that a command works on, one after the other, each in a transaction of its own: what
// cannot be done is told with its reason, and the others are done all the same.
//
// Lives for one command, on the main thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace londiste::node {

class BulkOperation {
 public:
  // For the last line: `noun` "table", `done` "added".
  BulkOperation(std::string noun, std::string done)
      : noun_(std::move(noun)), done_(std::move(done)) {}

  // It will not be done; the caller has said why. `hint`, when not empty, comes at the end.
  void Refuse(const std::string& name, const std::string& hint = {});
  // Calls `work` for each name. What it throws is logged as an error of that name, except an
  // interruption or a lost connection, which end the command.
  void Do(const std::vector<std::string>& names,
          const std::function<void(const std::string&)>& work);
  // Throws base::Error `2 of 5 tables were not added: a, b` when any was refused or failed. Says
  // `nothing to <verb>` when there was none.
  void Finish(const std::string& verb) const;
  bool any_done() const { return count_ > 0; }

 private:
  std::string noun_, done_;
  std::size_t count_ = 0;  // done
  std::vector<std::string> refused_;
  std::string hint_;
};

}  // namespace londiste::node
