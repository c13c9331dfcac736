#include "config/ini_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/process.h"

namespace config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::map<std::string, std::string> kPredefined = {{"job_name", "job"},
                                                        {"config_dir", "/etc/100%"}};

IniFile Londiste(const std::string& text) {
  return IniFile::Parse(text, "f.ini", Dialect::kLondiste);
}
IniFile Pgqd(const std::string& text) { return IniFile::Parse(text, "p.ini", Dialect::kPgqd); }

std::string Value(const IniFile& file, const std::string& key, const std::string& section = "s") {
  const auto entry = file.Value(section, key, kPredefined);
  return entry ? entry->value : "(unset)";
}

std::string ErrorOf(const std::string& text, Dialect dialect = Dialect::kLondiste) {
  try {
    IniFile::Parse(text, "f.ini", dialect);
  } catch (const base::ConfigError& error) {
    return error.what();
  }
  return "(none)";
}

std::string ErrorOfValue(const std::string& text, const std::string& key) {
  try {
    Londiste(text).Value("s", key, kPredefined);
  } catch (const base::ConfigError& error) {
    return error.what();
  }
  return "(none)";
}

TEST(IniFileTest, ReadsKeysOfSections) {
  const IniFile file = Londiste(
      "# comment\n[s]\nKey = value\nother: v=w ; # kept\nempty =\n\n; comment\n[t]\nkey=2\n");
  EXPECT_THAT(file.sections(), ElementsAre("s", "t"));
  EXPECT_TRUE(file.HasSection("t"));
  EXPECT_FALSE(file.HasSection("u"));
  EXPECT_EQ(Value(file, "key"), "value");
  EXPECT_EQ(Value(file, "other"), "v=w ; # kept") << "comments are whole lines";
  EXPECT_EQ(Value(file, "empty"), "");
  EXPECT_EQ(Value(file, "none"), "(unset)");
  EXPECT_EQ(Value(file, "job_name"), "job");
  EXPECT_EQ(Value(file, "key", "t"), "2");
  EXPECT_EQ(file.Value("s", "other", {})->origin.ToString(), "f.ini:4");
}

TEST(IniFileTest, MergesTheDefaultSection) {
  const IniFile file = Londiste("[DEFAULT]\na = 1\nb = 1\n[s]\nb = 2\n");
  EXPECT_THAT(file.sections(), ElementsAre("s"));
  EXPECT_EQ(Value(file, "a"), "1");
  EXPECT_EQ(Value(file, "b"), "2");
}

// inih's own limit is 199 bytes a line; the rest would become another setting.
TEST(IniFileTest, KeepsLongValuesWhole) {
  const std::string filler(190, 'x');
  const std::string value =
      "host=a " + filler + "\tqueue_name = other " + filler + std::string(70, ' ') + "end";
  for (const IniFile& file :
       {Londiste("[s]\ndb = " + value + "\n"), Pgqd("[s]\ndb = " + value + "\n")}) {
    EXPECT_EQ(Value(file, "db"), value);
    EXPECT_EQ(Value(file, "queue_name"), "(unset)");
  }
}

// What inih alone would cut, split or take for a comment.
class IniValueTest : public testing::Test {
 protected:
  static void ExpectKept(const std::string& value) {
    const std::string end = "\nlast = 1\n";
    for (const char* start : {"[s]\nkey = ", "[s]\nkey=", "[s]\n  KEY =\t "}) {
      for (const IniFile& file : {Londiste(start + value + end), Pgqd(start + value + end)}) {
        EXPECT_EQ(Value(file, "key"), value) << start;
        EXPECT_THAT(file.Section("s"), testing::SizeIs(2)) << start << value;
      }
    }
    const IniFile colon = Londiste("[s]\nkey: " + value + end);
    EXPECT_EQ(Value(colon, "key"), value);
    // A comment character at the start of a line makes it a comment.
    const bool comment = value.starts_with(";") || value.starts_with("#");
    const IniFile lines = Londiste("[s]\nkey = first\n  " + value + "\n " + value + end);
    EXPECT_EQ(Value(lines, "key"), comment ? "first" : "first\n" + value + "\n" + value);
    EXPECT_EQ(Value(lines, "last"), "1");
    EXPECT_THAT(lines.Section("s"), testing::SizeIs(2));
  }
};

TEST_F(IniValueTest, KeepsCommentCharacters) {
  for (const char* value :
       {"a ; b", "a;b",  "; a",           ";",       "#",   "a # b", "a ;", "a ;;; ; ;b ;", "; ; ;",
        "a\t;b", "a\v;", "x = y ; z = 1", "[t] ; x", "[t]", "| ; |", "|",   "||",           "=",
        ":",     "= ;",  "key = ;"})
    ExpectKept(value);
}

TEST_F(IniValueTest, KeepsLinesOfAnyLength) {
  for (std::size_t size = 180; size < 215; ++size) ExpectKept(std::string(size, 'x'));
  ExpectKept(std::string(100'000, 'x'));
  ExpectKept(std::string(400, 'x') + std::string(400, ' ') + std::string(400, ';') + "=");
}

TEST_F(IniValueTest, KeepsWhatStandsAtInihsBorder) {
  const std::vector<std::string> texts = {
      " ;", " ; ;", "  ;", ";", " #", "=", "[t]", "\r;", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x90\x98"};
  for (std::size_t size = 170; size < 210; ++size) {
    const std::string filler(size, 'x');
    for (const std::string& text : texts) ExpectKept(filler + text + filler);
    std::string cuts = filler;
    for (int i = 0; i < 100; ++i) cuts += "\xE2\x82\xAC ;";
    ExpectKept(cuts);
  }
}

TEST_F(IniValueTest, KeepsBlanksAndSemicolons) {
  std::string value = ";";
  for (int i = 0; i < 1000; ++i) value += i % 3 == 0 ? " " : i % 7 == 0 ? "\t" : ";";
  ExpectKept(value + ";");
  ExpectKept(";" + std::string(500, ' ') + ";");
}

TEST_F(IniValueTest, KeepsControlCharactersAndMarks) {
  ExpectKept(
      "a\rb\fc\vd\x01\x1A\x1B\x7F\x80\xFF"
      "e");
  ExpectKept("\xEF\xBB\xBFx");
  ExpectKept("J\xC3\xA0");
  ExpectKept("a\\");
  ExpectKept("\"a ; b\"");
}

TEST_F(IniValueTest, DropsBlanksAtBothEnds) {
  EXPECT_EQ(Value(Londiste("[s]\nkey = \t " + std::string(300, 'x') + " \t\r\nlast = 1"), "key"),
            std::string(300, 'x'));
  EXPECT_EQ(Value(Londiste("[s]\nkey = " + std::string(300, ' ') + "\nlast = 1"), "key"), "");
  EXPECT_EQ(Value(Londiste("[s]\nkey =" + std::string(300, ' ') + "x ; y  \n"), "key"), "x ; y");
}

TEST_F(IniValueTest, NamesMayBeAsLongAsInihTakesThem) {
  const std::string name(49, 'n');
  const std::string value = std::string(180, 'v') + " ; v";
  const IniFile file = Londiste("[" + name + "]\n" + name + " = " + value + "\n  " + value + "\n");
  EXPECT_EQ(Value(file, name, name), value + "\n" + value);
  EXPECT_EQ(Value(Londiste("[s]\n" + name + std::string(200, ' ') + "= v\n"), name), "v");
}

TEST_F(IniValueTest, NamesLinesOfTheFileInErrors) {
  const std::string value = std::string(1000, 'v');
  EXPECT_EQ(ErrorOf("[s]\nA = " + value + "\n  " + value + " ; x\nb = 1\na = 2\n"),
            "f.ini:5: key \"a\" is set twice, first at line 2");
  EXPECT_EQ(ErrorOf("Key = " + value + "\n"), "f.ini:1: key \"Key\" stands before any [section]");
}

TEST(IniFileTest, ContinuesValuesInDeeperLines) {
  const IniFile file =
      Londiste("[s]\ndb = host=a\n   port=1 # kept\n\n  # comment\n  user=u\nnext = 1\n");
  EXPECT_EQ(Value(file, "db"), "host=a\nport=1 # kept\nuser=u");
  EXPECT_EQ(Value(file, "next"), "1");
}

TEST(IniFileTest, TakesAnIndentedSectionAsItIs) {
  const IniFile file = Londiste("[s]\n  db = host=a\n  queue_name = q\n    more\n  last = 1\n");
  EXPECT_EQ(Value(file, "db"), "host=a");
  EXPECT_EQ(Value(file, "queue_name"), "q\nmore");
  EXPECT_EQ(Value(file, "last"), "1");
  EXPECT_EQ(Value(Pgqd("[s]\na = 1\n  b = 2\n"), "b"), "2")
      << "pgqd's files have no continuation lines";
}

TEST(IniFileTest, TakesFilesFromOtherSystems) {
  const IniFile file = Londiste("\xEF\xBB\xBF[s]\r\nname = J\xC3\xBCri \r\nlast = 1");
  EXPECT_EQ(Value(file, "name"), "J\xC3\xBCri");
  EXPECT_EQ(Value(file, "last"), "1");
}

TEST(IniFileTest, InsertsReferences) {
  const IniFile file = Londiste(
      "[DEFAULT]\nroot = /var\n[s]\nlog = %(root)s/%(JOB_NAME)s.log\nnested = %(log)s.1\npercent = "
      "50%%\ndir = %(config_dir)s/x\n");
  EXPECT_EQ(Value(file, "log"), "/var/job.log");
  EXPECT_EQ(Value(file, "nested"), "/var/job.log.1");
  EXPECT_EQ(Value(file, "percent"), "50%");
  EXPECT_EQ(Value(file, "dir"), "/etc/100%/x");
}

TEST(IniFileTest, FormatTwoUsesDollars) {
  const IniFile file = Londiste(
      "[t]\nx = 1\n[s]\nconfig_format = 2\na = ${t:x}/${job_name}/$$/%(x)s/${config_dir}\n");
  EXPECT_EQ(Value(file, "a"), "1/job/$/%(x)s//etc/100%");
}

TEST(IniFileTest, RefusesBadReferences) {
  EXPECT_EQ(ErrorOfValue("[s]\na = 50%\n", "a"),
            "f.ini:2: key \"a\": '%' must be followed by '%' or '(key)s'");
  EXPECT_THAT(ErrorOfValue("[s]\na = %(b\n", "a"), HasSubstr("f.ini:2: key \"a\""));
  EXPECT_THAT(ErrorOfValue("[s]\na = %(nothing)s\n", "a"), HasSubstr("unknown key \"nothing\""));
  EXPECT_THAT(ErrorOfValue("[s]\na = %(b)s\nb = %(a)s\n", "a"), HasSubstr("circle"));
}

TEST(IniFileTest, RefusesWhatWouldBeMisread) {
  EXPECT_THAT(ErrorOf("[s]\na = 1\na = 2\n"),
              HasSubstr("f.ini:3: key \"a\" is set twice, first at line 2"));
  EXPECT_THAT(ErrorOf("[s]\nA = 1\n[s]\n"), HasSubstr("f.ini:3: section [s] is already at line 1"));
  EXPECT_THAT(ErrorOf("a = 1\n"), HasSubstr("f.ini:1: "));
  EXPECT_THAT(ErrorOf("[s\n"), HasSubstr("f.ini:1: section header has no closing bracket"));
  EXPECT_THAT(ErrorOf("[s] x\n"), HasSubstr("f.ini:1: "));
  EXPECT_THAT(ErrorOf("[]\n"), HasSubstr("f.ini:1: "));
  EXPECT_THAT(ErrorOf("[s]\n= 1\n"), HasSubstr("f.ini:2: value has no key"));
  EXPECT_THAT(ErrorOf("[s]\n" + std::string(50, 'k') + " = 1\n"),
              HasSubstr("f.ini:2: key is longer than 49 bytes"));
  EXPECT_THAT(ErrorOf("[" + std::string(50, 'k') + "]\n"), HasSubstr("f.ini:1: "));
  EXPECT_THAT(ErrorOf("[s]\na ;b = 1\n"), HasSubstr("f.ini:2: "));
  EXPECT_THAT(ErrorOf("[s]\na: b = 1\n", Dialect::kPgqd), HasSubstr("f.ini:2: "));
  EXPECT_THAT(ErrorOf(std::string("[s]\na = 1\0 2\n", 14)), HasSubstr("f.ini:2: "));
}

TEST(IniFileTest, DoesNotRepeatAStrayHalfOfAConnectionString) {
  const std::string error = ErrorOf("[s]\ndb = host=a\npassword geheim\n");
  EXPECT_THAT(error, HasSubstr("f.ini:3: expected \"key = value\""));
  EXPECT_THAT(error, Not(HasSubstr("geheim")));
}

TEST(IniFileTest, OverridesAreLiteralAndSeenByReferences) {
  const IniFile file =
      Londiste("[s]\na = 1\nb = <%(a)s>\n").WithOverrides("s", {{"a", "5%(x)s"}, {"new", "n"}});
  EXPECT_EQ(Value(file, "a"), "5%(x)s");
  EXPECT_EQ(Value(file, "b"), "<5%(x)s>");
  EXPECT_EQ(Value(file, "new"), "n");
  EXPECT_EQ(file.Value("s", "a", {})->origin.ToString(), "--set a");
}

TEST(IniFileTest, PgqdTakesPercentSignsLiterally) {
  EXPECT_EQ(Value(Pgqd("[s]\na = 50%(b)s\n"), "a"), "50%(b)s");
}

TEST(IniFileTest, PgqdIncludesFiles) {
  test_support::TempDir dir;
  dir.Write("more.ini", "b = 2\n[t]\nc = 3\n");
  const std::string path = dir.Write("main.ini", "[s]\na = 1\n%include more.ini\nd = 4\n");
  const IniFile file = IniFile::Load(path, Dialect::kPgqd);
  EXPECT_EQ(Value(file, "a"), "1");
  EXPECT_EQ(Value(file, "b"), "2");
  EXPECT_EQ(Value(file, "c", "t"), "3");
  EXPECT_EQ(file.Value("s", "b", {})->origin.ToString(), dir.path() + "/more.ini:1");
  EXPECT_EQ(file.Value("t", "d", {})->origin.ToString(), path + ":4");

  dir.Write("loop.ini", "%include loop.ini\n");
  EXPECT_THROW(IniFile::Load(dir.path() + "/loop.ini", Dialect::kPgqd), base::ConfigError);
  const std::string missing = dir.Write("missing.ini", "\n%include nowhere.ini\n");
  try {
    IniFile::Load(missing, Dialect::kPgqd);
    FAIL();
  } catch (const base::ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr(missing + ":2: could not open"));
  }
}

TEST(IniFileTest, SaysWhyAFileCannotBeRead) {
  try {
    IniFile::Load("/nonexistent/f.ini", Dialect::kLondiste);
    FAIL();
  } catch (const base::ConfigError& error) {
    EXPECT_STREQ(error.what(), "could not open \"/nonexistent/f.ini\": No such file or directory");
  }
  EXPECT_THROW(IniFile::Load("/tmp", Dialect::kLondiste), base::ConfigError);
}

}  // namespace
}  // namespace config
