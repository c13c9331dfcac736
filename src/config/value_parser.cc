#include "config/value_parser.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "config/home_path.h"
#include "config/interval.h"

namespace config {
namespace {

// "12.5 ms" -> 12.5 and "ms".
double SplitUnit(const std::string& text, std::string& unit) {
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || !std::isfinite(number)) throw base::Error("expected a number");
  unit = base::LowerCase(base::Trim(std::string_view(
      parsed.ptr, static_cast<std::size_t>(text.data() + text.size() - parsed.ptr))));
  return number;
}

struct Unit {
  const char* name;
  double factor;
};

double WithUnit(const std::string& text, std::initializer_list<Unit> units, const char* expected) {
  std::string unit;
  const double number = SplitUnit(text, unit);
  if (unit.empty()) return number;
  for (const Unit& known : units)
    if (unit == known.name) return number * known.factor;
  throw base::Error(std::string("unknown unit \"") + unit + "\", expected " + expected);
}

double ParseBool(const std::string& text) {
  const std::string word = base::LowerCase(text);
  for (const char* yes : {"1", "yes", "true", "on"})
    if (word == yes) return 1;
  for (const char* no : {"0", "no", "false", "off"})
    if (word == no) return 0;
  throw base::Error("expected 1, yes, true, on or 0, no, false, off");
}

double ParseInt(const std::string& text) {
  const auto number = base::ParseWhole<long>(text);
  if (!number) throw base::Error("expected a whole number");
  return static_cast<double>(*number);
}

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> list;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (std::string item(base::Trim(std::string_view(text).substr(at, end - at))); !item.empty())
      list.push_back(std::move(item));
    at = end + 1;
  }
  return list;
}

std::string FormatLimit(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

void CheckRange(const Setting& setting, double number) {
  if (setting.minimum && number < *setting.minimum)
    throw base::Error("must be at least " + FormatLimit(*setting.minimum));
  if (setting.maximum && number > *setting.maximum)
    throw base::Error("must be at most " + FormatLimit(*setting.maximum));
}

}  // namespace

ParsedValue ParseValue(const Setting& setting, const std::string& raw) {
  ParsedValue value;
  value.text = base::Trim(raw);
  switch (setting.type) {
    case Type::kString:
    case Type::kConnstr:
      return value;
    case Type::kPath:
      value.text = ExpandHome(value.text);
      return value;
    case Type::kList:
      value.list = SplitList(value.text);
      return value;
    case Type::kEnum:
      if (std::find(setting.choices.begin(), setting.choices.end(), value.text) ==
          setting.choices.end()) {
        std::string choices;
        for (const std::string& choice : setting.choices)
          choices += (choices.empty() ? "" : ", ") + choice;
        throw base::Error("expected one of: " + choices);
      }
      return value;
    case Type::kInterval:  // empty: none
      if (!value.text.empty() && !IsInterval(value.text))
        throw base::Error("expected an interval as PostgreSQL writes it, like \"30 seconds\"");
      return value;
    case Type::kBool:
      value.number = ParseBool(value.text);
      return value;
    case Type::kInt:
      value.number = ParseInt(value.text);
      break;
    case Type::kSeconds:
      value.number = WithUnit(value.text,
                              {{"us", 1e-6},
                               {"ms", 1e-3},
                               {"s", 1},
                               {"sec", 1},
                               {"min", 60},
                               {"h", 3600},
                               {"d", 86400}},
                              "ms, s, min, h or d");
      break;
    case Type::kSize:
      value.number = WithUnit(value.text,
                              {{"b", 1},
                               {"k", 1024},
                               {"kb", 1024},
                               {"kib", 1024},
                               {"m", 1048576.0},
                               {"mb", 1048576.0},
                               {"mib", 1048576.0},
                               {"g", 1073741824.0},
                               {"gb", 1073741824.0},
                               {"gib", 1073741824.0}},
                              "kB, MB or GB");
      break;
  }
  CheckRange(setting, value.number);
  return value;
}

}  // namespace config
