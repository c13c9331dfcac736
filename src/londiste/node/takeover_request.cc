#include "londiste/node/takeover_request.h"

#include "base/error.h"
#include "base/text.h"

namespace londiste::node {
namespace {

cascade::Verify ReadVerify(const std::string& text) {
  if (text.empty() || text == "none") return cascade::Verify::kNone;
  if (text == "counts") return cascade::Verify::kCounts;
  if (text == "full") return cascade::Verify::kFull;
  throw base::UsageError("--verify takes none, counts or full, not \"" + text + "\"");
}

}  // namespace

cascade::TakeoverRequest ReadTakeoverRequest(const CommandContext& context) {
  cascade::TakeoverRequest request;
  request.all = context.options.Has("all");
  request.force = context.options.Has("force");
  request.verify = ReadVerify(context.options.Value("verify"));
  request.lock_timeout = context.settings.seconds("lock_timeout");
  if (context.options.Has("max-lag")) {
    const std::string text = context.options.Value("max-lag");
    const auto seconds = base::ParseWhole<int>(text);
    if (!seconds || *seconds < 0)
      throw base::UsageError("--max-lag takes a number of seconds, not \"" + text + "\"");
    request.max_lag = std::chrono::seconds(*seconds);
  }
  return request;
}

}  // namespace londiste::node
