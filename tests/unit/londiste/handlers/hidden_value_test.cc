// Expected hashes: hashlib.blake2s of Python, with digest_size 4, 8 and 16 and key=..., read with
// struct.unpack('!i') and ('!q').
#include "londiste/handlers/hidden_value.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace londiste::handlers {
namespace {

struct Known {
  std::string_view text, key;
  std::int32_t hash32;
  std::int64_t hash64;
  std::string_view uuid;
};

// In the first, third and fifth the highest bit of the ninth byte was set, in the others it was
// clear.
constexpr Known kKnown[] = {
    {"", "", 921293382, -1213003798394381668, "64550d6f-fe2c-0a01-214a-ba1eade0200c"},
    {"alice@example.com", "", 442932482, 6170749184366037492,
     "78491902-9b28-3a4d-6563-5ef205b01b77"},
    {"alice@example.com", "secret", 475180500, 856547488828127982,
     "f1ab8d82-433c-dc13-2fdb-d975f6e955a2"},
    {"", "secret", -1874268855, 2134554388547916153, "5697f332-469e-3613-5bad-2a52a79803be"},
    {"João 42", "0123456789abcdef0123456789abcdef", 960702416, -2126254689252586425,
     "d904c2e0-1c64-ee31-29b3-2648140251ea"},
};

TEST(HiddenValueTest, HashesAsPythonDoes) {
  for (const Known& known : kKnown) {
    EXPECT_EQ(Hash32(known.text, known.key), known.hash32) << known.text;
    EXPECT_EQ(Hash64(known.text, known.key), known.hash64) << known.text;
    EXPECT_EQ(HashUuid(known.text, known.key), known.uuid) << known.text;
  }
  const std::string longer(200, 'x');
  EXPECT_EQ(Hash32(longer, "k"), 772452786) << "more than a block";
  EXPECT_EQ(HashUuid(longer, "k"), "88ad3575-9bc0-0eb1-60d4-96c6b775cb63");
}

TEST(HiddenValueTest, RefusesALongKey) {
  EXPECT_THROW(Hash32("x", std::string(33, 'k')), base::Error);
}

std::optional<std::string> Hidden(std::string_view word, std::optional<std::string> value) {
  Hide(ParseHiding(word).value(), "secret", value);
  return value;
}

TEST(HiddenValueTest, NullStaysNull) {
  for (const char* word : {"keep", "hash", "hash32", "hash64", "bool"})
    EXPECT_EQ(Hidden(word, std::nullopt), std::nullopt) << word;
  EXPECT_EQ(Hidden("bool", ""), "f");
  EXPECT_EQ(Hidden("bool", "f"), "t") << "there is a value";
  EXPECT_EQ(Hidden("keep", "x"), "x");
  EXPECT_EQ(Hidden("hash32", "alice@example.com"), "475180500");
  EXPECT_EQ(ParseHiding("Hash"), std::nullopt);
}

}  // namespace
}  // namespace londiste::handlers
