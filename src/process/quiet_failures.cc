#include "process/quiet_failures.h"

namespace process {

pg::QuietFailureOptions ReadQuietFailures(const config::Settings& settings) {
  return {settings.list("exception_quiet"), settings.seconds("exception_grace"),
          settings.seconds("exception_reset")};
}

std::vector<std::string> UnknownQuietFailures(const config::Settings& settings) {
  std::vector<std::string> lines;
  for (const std::string& kind : settings.list("exception_quiet")) {
    if (!pg::IsFailureKind(kind))
      lines.push_back(settings.origin("exception_quiet").ToString() +
                      ": exception_quiet: no failure is called \"" + kind + "\" here");
  }
  return lines;
}

}  // namespace process
