#include "londiste/handlers/hidden_value.h"

#include <blake2.h>

#include <array>
#include <bit>

#include "base/error.h"

namespace londiste::handlers {
namespace {

struct Word {
  std::string_view word;
  Hiding hiding;
};
constexpr auto kWords = std::to_array<Word>({{"keep", Hiding::kKeep},
                                             {"skip", Hiding::kSkip},
                                             {"hash", Hiding::kHash},
                                             {"hash32", Hiding::kHash32},
                                             {"hash64", Hiding::kHash64},
                                             {"bool", Hiding::kBool}});

template <std::size_t size>
std::array<std::uint8_t, size> Digest(std::string_view text, std::string_view key) {
  std::array<std::uint8_t, size> digest{};
  // The library takes no null pointer, not even for no bytes.
  const char* const bytes = text.empty() ? "" : text.data();
  if (blake2s(digest.data(), bytes, key.empty() ? nullptr : key.data(), size, text.size(),
              key.size()) != 0)
    throw base::Error("could not hash a value: a key of " + std::to_string(key.size()) +
                      " bytes is too long");
  return digest;
}

template <class Unsigned>
Unsigned BigEndian(std::string_view text, std::string_view key) {
  Unsigned number = 0;
  for (const std::uint8_t byte : Digest<sizeof(Unsigned)>(text, key))
    number = static_cast<Unsigned>(number << 8 | byte);
  return number;
}

}  // namespace

std::optional<Hiding> ParseHiding(std::string_view word) {
  for (const Word& known : kWords)
    if (known.word == word) return known.hiding;
  return std::nullopt;
}

std::int32_t Hash32(std::string_view text, std::string_view key) {
  return std::bit_cast<std::int32_t>(BigEndian<std::uint32_t>(text, key));
}

std::int64_t Hash64(std::string_view text, std::string_view key) {
  return std::bit_cast<std::int64_t>(BigEndian<std::uint64_t>(text, key));
}

std::string HashUuid(std::string_view text, std::string_view key) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  auto digest = Digest<16>(text, key);
  digest[8] &= 0x7F;
  std::string uuid;
  for (std::size_t at = 0; at < digest.size(); ++at) {
    if (at == 4 || at == 6 || at == 8 || at == 10) uuid += '-';
    uuid += kHex[digest[at] >> 4];
    uuid += kHex[digest[at] & 0xF];
  }
  return uuid;
}

void Hide(Hiding hiding, std::string_view key, std::optional<std::string>& value) {
  if (!value) return;
  switch (hiding) {
    case Hiding::kBool:
      value = value->empty() ? "f" : "t";
      return;
    case Hiding::kHash:
      value = HashUuid(*value, key);
      return;
    case Hiding::kHash32:
      value = std::to_string(Hash32(*value, key));
      return;
    case Hiding::kHash64:
      value = std::to_string(Hash64(*value, key));
      return;
    case Hiding::kKeep:
    case Hiding::kSkip:
      return;
  }
}

}  // namespace londiste::handlers
