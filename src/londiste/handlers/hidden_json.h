// JSON in a column of which handler obfuscate shows some keys only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "londiste/handlers/obfuscation_map.h"

namespace londiste::handlers {

// `text` with what `rule`, which has keys, shows of it. In a list each element is treated so; a
// plain value where the rule has keys is left out, as are keys that the rule does not name. Texts
// are hashed as columns are, anything else as it is written, without blanks. What is kept is as it
// was, but for blanks. nullopt: nothing is left. Throws base::Error, which does not show the text,
// for what is no JSON.
std::optional<std::string> HideInJson(std::string_view text, const HidingRule& rule,
                                      std::string_view key);

}  // namespace londiste::handlers
