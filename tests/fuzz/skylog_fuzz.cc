// skylog.ini: what is accepted makes log lines that spdlog can write, to files that have names; the
// arguments of a handler mean the same when they are written out again.
#include <spdlog/pattern_formatter.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "process/skylog.h"
#include "process/skylog_arguments.h"

namespace {

using process::PythonValue;

std::string Write(const PythonValue& value) {
  switch (value.kind) {
    case PythonValue::Kind::kNumber:
      return std::to_string(value.number);
    case PythonValue::Kind::kName:
      return value.text;
    case PythonValue::Kind::kText: {
      std::string text = "'";
      for (const char c : value.text) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
      }
      return text + "'";
    }
    default: {
      std::string text = "(";
      for (const PythonValue& item : value.items) text += Write(item) + ", ";
      return text + ")";
    }
  }
}

bool Same(const PythonValue& one, const PythonValue& other) {
  if (one.kind != other.kind || one.text != other.text || one.number != other.number ||
      one.items.size() != other.items.size())
    return false;
  for (std::size_t i = 0; i < one.items.size(); ++i)
    if (!Same(one.items[i], other.items[i])) return false;
  return true;
}

void CheckArguments(const std::string& text) {
  PythonValue value;
  try {
    value = process::ParseArguments(text);
  } catch (const base::Error&) {
    return;
  }
  if (!Same(process::ParseArguments(Write(value)), value)) std::abort();
}

void CheckFile(const std::string& text) {
  process::Skylog skylog;
  try {
    skylog = process::ReadSkylog(config::IniFile::Parse(text, "fuzz", config::Dialect::kLondiste),
                                 {{"job_name", "50% of %v"}, {"service_name", "s"}});
  } catch (const base::ConfigError&) {
    return;
  }
  int syslogs = 0;
  for (const daemon_process::LogTarget& target : skylog.targets) {
    using Kind = daemon_process::LogTarget::Kind;
    if (target.kind == Kind::kFile && target.file.empty()) std::abort();
    if (target.kind == Kind::kSyslog && ++syslogs > 1) std::abort();
    if (target.kind == Kind::kSyslog && !daemon_process::IsSyslogFacility(target.syslog_facility))
      std::abort();
    spdlog::pattern_formatter formatter(target.pattern);
    spdlog::memory_buf_t line;
    formatter.format(spdlog::details::log_msg("", spdlog::level::info, "text"), line);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckArguments(text);
  CheckFile(text);
  return 0;
}
