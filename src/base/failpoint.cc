#include "base/failpoint.h"

#ifdef SKYTOOLS_FAILPOINTS

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/error.h"

namespace base {
namespace {

constexpr const char* kNames[] = {
#define FAILPOINT(name) #name,
#include "base/failpoints.def"
#undef FAILPOINT
};
constexpr std::size_t kCount = sizeof kNames / sizeof *kNames;

struct Action {
  enum class Kind { kNothing, kKill, kSleep, kError, kHold } kind = Kind::kNothing;
  long number = 0;  // the hit at which it acts (0: each), or milliseconds to sleep
};

[[noreturn]] void Refuse(const std::string& what) {
  const std::string message = "SKYTOOLS_FAILPOINT: " + what + "\n";
  [[maybe_unused]] const ssize_t written = write(2, message.data(), message.size());
  _exit(70);
}

Action ParseAction(const std::string& text) {
  const std::size_t at = text.find_first_of("@:");
  const std::string word = text.substr(0, at);
  const long number = at == std::string::npos ? 0 : std::atol(text.c_str() + at + 1);
  if (word == "kill") return {Action::Kind::kKill, number};
  if (word == "sleep") return {Action::Kind::kSleep, number};
  if (word == "error") return {Action::Kind::kError, number};
  if (word == "hold") return {Action::Kind::kHold, number};
  Refuse("unknown action " + text);
}

// $SKYTOOLS_FAILPOINT, read once.
std::array<Action, kCount> ReadActions() {
  std::array<Action, kCount> actions;
  const char* text = std::getenv("SKYTOOLS_FAILPOINT");
  std::string rest = text ? text : "";
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string item = rest.substr(0, comma);
    rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos) Refuse("no action in " + item);
    std::size_t found = kCount;
    for (std::size_t i = 0; i < kCount; ++i)
      if (item.substr(0, equals) == kNames[i]) found = i;
    if (found == kCount) Refuse("no such failpoint: " + item);
    actions[found] = ParseAction(item.substr(equals + 1));
  }
  return actions;
}

void LeaveTrace(const char* name) {
  static const char* const folder = std::getenv("SKYTOOLS_FAILPOINT_TRACE");
  if (!folder) return;
  const int fd = open((std::string(folder) + "/" + name).c_str(), O_CREAT | O_WRONLY, 0666);
  if (fd >= 0) close(fd);
}

void Hold() {
  const char* const path = std::getenv("SKYTOOLS_FAILPOINT_HOLD");
  if (!path) Refuse("hold needs SKYTOOLS_FAILPOINT_HOLD");
  const int fd = open(path, O_CREAT | O_WRONLY, 0666);
  if (fd >= 0) close(fd);
  while (access(path, F_OK) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace

void HitFailpoint(Failpoint point) {
  static const std::array<Action, kCount> actions = ReadActions();
  static std::array<std::atomic<long>, kCount> hits{};
  const auto index = static_cast<std::size_t>(point);
  LeaveTrace(kNames[index]);
  const Action& action = actions[index];
  const long hit = ++hits[index];
  switch (action.kind) {
    case Action::Kind::kNothing:
      return;
    case Action::Kind::kSleep:
      std::this_thread::sleep_for(std::chrono::milliseconds(action.number));
      return;
    case Action::Kind::kKill:
      if (action.number == 0 || hit == action.number) kill(getpid(), SIGKILL);
      return;
    case Action::Kind::kError:
      if (action.number == 0 || hit == action.number)
        throw Error(std::string("failpoint ") + kNames[index]);
      return;
    case Action::Kind::kHold:
      if (action.number == 0 || hit == action.number) Hold();
      return;
  }
}

}  // namespace base

#endif
