#include "daemon/log_format.h"

#include <ctime>

#include "base/error.h"

namespace daemon_process {
namespace {

constexpr std::string_view kUsualDate = "%Y-%m-%d %H:%M:%S,%e";

// Text of a pattern, where a percent sign is special.
std::string Literal(std::string_view text) {
  std::string literal;
  for (const char c : text) literal.append(c == '%' ? 2 : 1, c);
  return literal;
}

std::string ZoneName() {
  char zone[32] = "";
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::strftime(zone, sizeof zone, "%Z", &local);
  return zone;
}

std::string DatePattern(std::string_view format) {
  std::string pattern;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') {
      pattern += format[at];
      continue;
    }
    const char flag = ++at < format.size() ? format[at] : '\0';
    // Those that mean the same to spdlog.
    if (flag != '\0' && std::string_view("aAbBcdDHIMmpRSTyY%").find(flag) != std::string_view::npos)
      pattern += std::string("%") + flag;
    else if (flag == 'F')
      pattern += "%Y-%m-%d";
    else if (flag == 's')
      pattern += "%E";
    else if (flag == 'Z')
      pattern += Literal(ZoneName());
    else
      throw base::Error("the date has no \"%" + std::string(flag == '\0' ? 0 : 1, flag) +
                        "\" here");
  }
  return pattern;
}

// `%(name)` with what follows it: flags, width, and the letter that ends it.
struct Field {
  std::string name, width;
  char kind = '\0';
};

Field ReadField(std::string_view format, std::size_t& at) {
  const std::size_t close = format.find(')', at);
  if (at + 1 >= format.size() || format[at + 1] != '(' || close == std::string_view::npos)
    throw base::Error("expected %(name)s or %% at \"" + std::string(format.substr(at, 20)) + "\"");
  Field field;
  field.name = format.substr(at + 2, close - at - 2);
  std::size_t end = close + 1;
  while (end < format.size() && (format[end] == '-' || (format[end] >= '0' && format[end] <= '9')))
    field.width += format[end++];
  field.kind = end < format.size() ? format[end] : '\0';
  if (field.kind != 's' && field.kind != 'd')
    throw base::Error("%(" + field.name + ") is not followed by s or d");
  at = end;
  return field;
}

std::string FieldPattern(const Field& field, std::string_view date_format,
                         const std::map<std::string, std::string>& texts) {
  static const std::map<std::string, char> kFlags = {
      {"message", 'v'}, {"levelname", '*'}, {"process", 'P'}, {"thread", 't'}, {"created", 'E'}};
  if (field.name == "msecs" && (field.width.empty() || field.width == "03")) return "%e";
  if (field.width.starts_with('0') || field.width.rfind('-') + 1 > 1)
    throw base::Error("%(" + field.name + ") has flags that there are not here");
  if (const auto flag = kFlags.find(field.name); flag != kFlags.end())
    return "%" + field.width + flag->second;
  if (!field.width.empty()) throw base::Error("%(" + field.name + ") can have no width here");
  if (field.name == "asctime")
    return date_format.empty() ? std::string(kUsualDate) : DatePattern(date_format);
  if (const auto text = texts.find(field.name); text != texts.end()) return Literal(text->second);
  std::string known = "asctime, created, levelname, message, msecs, process, thread";
  for (const auto& [name, ignored] : texts) known += ", " + name;
  throw base::Error("there is no %(" + field.name + ") here", "There are " + known + ".");
}

}  // namespace

std::string LogPattern(std::string_view format, std::string_view date_format,
                       const std::map<std::string, std::string>& texts) {
  std::string pattern;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') {
      pattern += format[at];
    } else if (at + 1 < format.size() && format[at + 1] == '%') {
      pattern += "%%";
      ++at;
    } else {
      pattern += FieldPattern(ReadField(format, at), date_format, texts);
    }
  }
  return pattern;
}

}  // namespace daemon_process
