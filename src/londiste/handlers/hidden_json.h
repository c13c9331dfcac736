// JSON in a column of which handler obfuscate shows some keys only.
#pragma once

#include <string>
#include <string_view>

#include "londiste/handlers/obfuscation_map.h"

namespace londiste::handlers {

// `text` with what `rule`, which has keys, shows of it, as SkyTools does it: objects of the keys
// that the rule names, down to where it has a word. Left out are nulls, lists and plain values
// where the rule has keys, lists and objects where it has a word other than keep, and objects of
// which nothing is left; of the whole, "{}" is left. Hashed are texts, numbers as they are written,
// 1 and 0 for true and false; bool makes "t" and "f". What is kept is as it was, but for blanks.
// Throws base::Error, which does not show the text, for what is no JSON.
std::string HideInJson(std::string_view text, const HidingRule& rule, std::string_view key);

}  // namespace londiste::handlers
