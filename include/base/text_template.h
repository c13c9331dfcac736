// Texts with places for values, `%(name)s` as Python has them, and the values of a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// `%(name)s` by the value of that name, `%%` by %. Throws Error for a name that is not among them
// and for any other percent sign.
std::string FillTemplate(std::string_view text, const std::map<std::string, std::string>& values);

// The text of a date or a time, cut or completed to "YYYY-MM-DD HH:MM:SS"; nullopt: it is neither.
std::optional<std::string> ReadTimestamp(std::string_view text);

// year, month, day and hour of a time. REQUIRES: as ReadTimestamp returns it.
std::map<std::string, std::string> TimePlaces(std::string_view time);

}  // namespace base
