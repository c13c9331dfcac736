// INI files: whatever is accepted, written out again, means the same; references are resolved or
// refused.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/ini_file.h"

namespace {

using config::Dialect;
using config::IniFile;

std::string Write(const IniFile& file) {
  std::string text;
  for (const std::string& section : file.sections()) {
    text += "[" + section + "]\n";
    for (const auto& [key, entry] : file.Section(section)) {
      text += key + " = ";
      for (const char c : entry.value) text += c == '\n' ? "\n  " : std::string(1, c);
      text += "\n";
    }
  }
  return text;
}

void Check(const std::string& text, Dialect dialect) {
  IniFile file = IniFile::Parse("", "empty", dialect);
  try {
    file = IniFile::Parse(text, "fuzz", dialect);
  } catch (const base::ConfigError&) {
    return;
  }
  const IniFile again = IniFile::Parse(Write(file), "again", dialect);
  if (again.sections() != file.sections()) std::abort();
  for (const std::string& section : file.sections()) {
    const auto keys = file.Section(section), same = again.Section(section);
    if (keys.size() != same.size()) std::abort();
    for (const auto& [key, entry] : keys) {
      if (!same.contains(key) || same.at(key).value != entry.value) std::abort();
      try {
        file.Value(section, key, {{"job_name", "100%"}});
      } catch (const base::ConfigError&) {
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Check(text, Dialect::kLondiste);
  if (text.find("%include") == std::string::npos) Check(text, Dialect::kPgqd);  // reads no files
  return 0;
}
