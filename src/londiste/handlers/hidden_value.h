// What becomes of a value that handler obfuscate hides, with SkyTools' names.
//
// No state: from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace londiste::handlers {

enum class Hiding {
  kSkip,    // the column is left out
  kKeep,    // the value as it is
  kHash,    // a uuid
  kHash32,  // an integer
  kHash64,  // a bigint
  kBool,    // whether it is more than the empty text
};

// nullopt: no such word.
std::optional<Hiding> ParseHiding(std::string_view word);
inline constexpr std::string_view kHidingWords = "keep, skip, hash, hash32, hash64, bool";

// The longest key that BLAKE2s takes.
inline constexpr std::size_t kLongestHidingKey = 32;

// BLAKE2s of the text under `key` (at most kLongestHidingKey bytes; "": none), with a digest of 4,
// 8 and 16 bytes. The numbers are the digest read as a signed big-endian integer; the uuid has the
// highest bit of its ninth byte, which tells the variant, cleared.
std::int32_t Hash32(std::string_view text, std::string_view key);
std::int64_t Hash64(std::string_view text, std::string_view key);
std::string HashUuid(std::string_view text, std::string_view key);

// REQUIRES: not kSkip. NULL stays NULL; kBool makes `f` of the empty text, `t` of any other.
void Hide(Hiding hiding, std::string_view key, std::optional<std::string>& value);

}  // namespace londiste::handlers
