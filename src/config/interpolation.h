// References to other keys inside values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace config {

// Raw value of a key: (section or "" for the value's own, key).
using LookUp =
    std::function<std::optional<std::string>(const std::string& section, const std::string& key)>;

// `%(key)s`, `%%`. Throws base::Error for a bad or unknown reference and for references in a
// circle.
std::string InterpolatePercent(std::string_view value, const LookUp& look_up);
// `${key}`, `${section:key}`, `$$`.
std::string InterpolateDollar(std::string_view value, const LookUp& look_up);

}  // namespace config
