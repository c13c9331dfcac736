// What is text in UTF-8, as PostgreSQL takes it.
#pragma once

#include <string>
#include <string_view>

namespace base {

// No overlong forms, no surrogates, nothing beyond U+10FFFF. True for an empty text.
bool IsUtf8(std::string_view text);

// `text` with each byte that makes it no UTF-8 written as `\xe3`: for messages.
std::string PrintableUtf8(std::string_view text);

}  // namespace base
