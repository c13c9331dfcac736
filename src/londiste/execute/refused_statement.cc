#include "londiste/execute/refused_statement.h"

#include <algorithm>

namespace londiste::execute {

std::string RefusalReason(const pg::ScriptStatement& statement) {
  const auto& words = statement.words;
  if (words.empty()) return {};
  const auto second_is = [&](std::string_view word) {
    return words.size() > 1 && words[1] == word;
  };
  if (words[0] == "copy") {
    for (std::size_t at = 2; at < words.size(); ++at) {
      const bool stream = (words[at - 1] == "from" && words[at] == "stdin") ||
                          (words[at - 1] == "to" && words[at] == "stdout");
      if (stream) return "COPY from stdin or to stdout is not supported in a script";
    }
  }
  static constexpr std::string_view kEnders[] = {"begin", "commit", "end", "abort"};
  const bool rollback =
      words[0] == "rollback" && !second_is("to") && !(words.size() > 2 && words[2] == "to");
  if (rollback || std::ranges::find(kEnders, words[0]) != std::end(kEnders) ||
      (words[0] == "start" && second_is("transaction")) ||
      (words[0] == "prepare" && second_is("transaction"))) {
    return "a script runs in the batch's transaction and cannot begin or end one";
  }
  return {};
}

}  // namespace londiste::execute
