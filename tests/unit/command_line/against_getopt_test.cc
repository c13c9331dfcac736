// The dialect is that of glibc's getopt_long: random lines are read alike.
#include <getopt.h>
#include <gtest/gtest.h>

#include <random>

#include "command_line/parsed_line.h"

namespace command_line {
namespace {

const std::vector<OptionSpec>& Table() {
  using enum OptionSpec::Takes;
  static const std::vector<OptionSpec> table = {
      {.name = "verbose", .letter = 'v'},
      {.name = "stop", .letter = 's'},
      {.name = "set", .takes = kValues},
      {.name = "provider", .letter = 'p', .takes = kValue},
      {.name = "all"},
      {.name = "all-nodes"},
  };
  return table;
}

// What was read, in one text; nothing tells which of several errors it is but the word it stands
// at.
std::string ByGetopt(std::vector<std::string> words) {
  std::vector<option> options;
  for (const OptionSpec& spec : Table())
    options.push_back({spec.name.data(), spec.takes == OptionSpec::Takes::kNothing ? 0 : 1, nullptr,
                       256 + static_cast<int>(options.size())});
  options.push_back({});
  std::string program;
  std::vector<char*> argv{program.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int argc = static_cast<int>(argv.size()) - 1;
  std::string typed, arguments;
  optind = 0;
  opterr = 0;
  for (int code;
       (code = getopt_long(argc, argv.data(), "-:vsp:", options.data(), nullptr)) != -1;) {
    if (code == '?' || code == ':') return "refused";
    if (code == 1) {
      arguments += std::string("<") + optarg + ">";
      continue;
    }
    for (std::size_t i = 0; i < Table().size(); ++i) {
      const OptionSpec& spec = Table()[i];
      if (code == spec.letter || code == 256 + static_cast<int>(i))
        typed += std::string(spec.name) +
                 (spec.takes == OptionSpec::Takes::kNothing ? "" : "=" + std::string(optarg)) + "|";
    }
  }
  for (int at = optind; at < argc; ++at)
    arguments += "<" + std::string(argv[static_cast<std::size_t>(at)]) + ">";
  return typed + arguments;
}

std::string ByParse(const std::vector<std::string>& words) try {
  const ParsedLine line = Parse(Table(), words);
  std::string text;
  std::map<std::string_view, std::size_t> taken;
  for (const std::string_view name : line.typed()) {
    text += std::string(name);
    if (!line.Values(name).empty()) text += "=" + line.Values(name).at(taken[name]++);
    text += "|";
  }
  for (const std::string& word : line.arguments()) text += "<" + word + ">";
  return text;
} catch (const BadOption&) {
  return "refused";
}

TEST(AgainstGetoptTest, RandomLinesAreReadAlike) {
  const std::vector<std::string> pieces = {
      "-",   "--", "--set", "--provider", "--pro", "--al", "--all", "-p", "-v", "-s",       "=",
      "[a]", "x",  "1",     "\x7F",       " ",     "!",    "-vs",   "{}", "-1", "\xC3\xA9", ""};
  std::minstd_rand random(4);
  const auto pick = [&](std::size_t below) { return random() % below; };
  int read = 0;
  for (int round = 0; round < 4'000; ++round) {
    std::vector<std::string> words(pick(5));
    std::string shown;
    for (std::string& word : words) {
      for (std::size_t n = 1 + pick(3); n > 0; --n) word += pieces[pick(pieces.size())];
      shown += "\"" + word + "\" ";
    }
    const std::string expected = ByGetopt(words);
    ASSERT_EQ(ByParse(words), expected) << shown;
    read += expected != "refused";
  }
  EXPECT_GT(read, 1000) << "most lines say nothing";
}

}  // namespace
}  // namespace command_line
