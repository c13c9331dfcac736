#include "process/skylog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "process/settings.h"
#include "process/skylog_arguments.h"
#include "support/process.h"

namespace process {
namespace {

using daemon_process::LogTarget;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::map<std::string, std::string> kTexts = {{"job_name", "j"}, {"service_name", "londiste"}};

Skylog Read(const std::string& text) {
  return ReadSkylog(config::IniFile::Parse(text, "skylog.ini", config::Dialect::kLondiste), kTexts);
}

// A file with one handler of root.
std::string WithHandler(const std::string& handler) {
  return "[loggers]\nkeys = root\n[logger_root]\nhandlers = h\n[handler_h]\n" + handler;
}

std::string Refusal(const std::string& text) {
  try {
    Read(text);
  } catch (const base::ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(SkylogTest, ReadsWhereTheLogGoes) {
  const Skylog skylog = Read(R"([loggers]
keys=root
[handlers]
keys=stderr,all,syslog,central
[formatters]
keys=short,long
[logger_root]
level=INFO
handlers=stderr, all,syslog, central
[formatter_short]
format=%(levelname)s %(message)s
[formatter_long]
format=%(asctime)s %(job_name)s %(message)s
datefmt=%H:%M:%S
[handler_stderr]
class=StreamHandler
level=WARNING
formatter=short
args=(sys.stderr,)
[handler_all]
class=skylog.EasyRotatingFileHandler
level=DEBUG
formatter=long
args=('/tmp/%(service_name)s.%(job_name)s.log', 2*1024, 5)
[handler_syslog]
class=handlers.SysLogHandler
args=('/dev/log', handlers.SysLogHandler.LOG_LOCAL1)
[handler_central]
class=skylog.UdpLogServerHandler
args=('loghost', 6666)
)");
  EXPECT_EQ(skylog.level, spdlog::level::info);
  ASSERT_EQ(skylog.targets.size(), 3u);
  EXPECT_EQ(skylog.targets[0].kind, LogTarget::Kind::kStderr);
  EXPECT_EQ(skylog.targets[0].level, spdlog::level::warn);
  EXPECT_EQ(skylog.targets[0].pattern, "%* %v");
  EXPECT_EQ(skylog.targets[1].kind, LogTarget::Kind::kFile);
  EXPECT_EQ(skylog.targets[1].file, "/tmp/londiste.j.log");
  EXPECT_EQ(skylog.targets[1].level, spdlog::level::debug);
  EXPECT_EQ(skylog.targets[1].pattern, "%H:%M:%S j %v");
  EXPECT_EQ(skylog.targets[1].rotate_bytes, 2048u);
  EXPECT_EQ(skylog.targets[1].rotate_keep, 5);
  EXPECT_EQ(skylog.targets[2].kind, LogTarget::Kind::kSyslog);
  EXPECT_EQ(skylog.targets[2].syslog_facility, "local1");
  EXPECT_EQ(skylog.targets[2].syslog_ident, "j");
  EXPECT_EQ(skylog.targets[2].pattern, "%v");
  EXPECT_THAT(skylog.without_effect,
              ElementsAre("skylog.ini:29: handler \"central\" has no effect: there is no such "
                          "class here"));
}

TEST(SkylogTest, PythonsFilesAreThereTooAndRotateWhereTheyDo) {
  for (const char* plain : {"class=FileHandler\nargs=('x',)", "class=FileHandler\nargs=('x', 'a')",
                            "class=handlers.WatchedFileHandler\nargs=(\"x\",)",
                            "class=handlers.RotatingFileHandler\nargs=('x', 'a', 1000)"}) {
    const Skylog skylog = Read(WithHandler(plain));
    ASSERT_EQ(skylog.targets.size(), 1u) << plain;
    EXPECT_EQ(skylog.targets[0].file, "x");
    EXPECT_EQ(skylog.targets[0].rotate_bytes, 0u);
  }
  const Skylog skylog =
      Read(WithHandler("class=handlers.RotatingFileHandler\nargs=('x', 'a', 1000, 2)"));
  EXPECT_EQ(skylog.targets.at(0).rotate_bytes, 1000u);
  EXPECT_EQ(skylog.targets.at(0).rotate_keep, 2);
  EXPECT_EQ(Read(WithHandler("class=skylog.EasyRotatingFileHandler\nargs=('x',)"))
                .targets.at(0)
                .rotate_bytes,
            10u * 1024 * 1024);
}

TEST(SkylogTest, NamesWhatHasNoEffect) {
  const auto without_effect = [](const std::string& text) {
    const Skylog skylog = Read(text);
    EXPECT_LE(skylog.targets.size(), 1u);
    return skylog.without_effect;
  };
  EXPECT_THAT(without_effect(WithHandler("class=NullHandler\n")), IsEmpty());
  EXPECT_THAT(without_effect(WithHandler("class=Own\nargs=(f(x),)\n")),
              ElementsAre(HasSubstr("skylog.ini:6: handler \"h\" has no effect")));
  EXPECT_THAT(without_effect(WithHandler("class=StreamHandler\nargs=(sys.stdout,)\n")),
              ElementsAre(HasSubstr("stdout is for results")));
  EXPECT_THAT(without_effect(WithHandler("class=FileHandler\nargs=('x', 'w')\n")),
              ElementsAre(HasSubstr("it is not emptied")));
  EXPECT_THAT(without_effect(WithHandler("class=skylog.SysLogHandler\nargs=(('far', 514),)\n")),
              ElementsAre(HasSubstr("only the syslog of this machine")));
  EXPECT_THAT(without_effect(WithHandler("class=FileHandler\nargs=('x',)\nkwargs={}\n")),
              ElementsAre("skylog.ini:8: \"kwargs\" in [handler_h] has no effect"));
  EXPECT_THAT(without_effect(WithHandler("class=FileHandler\nargs=('x',)\nformatter=f\n"
                                         "[formatter_f]\nformat=%(lineno)d\n")),
              ElementsAre("skylog.ini:10: formatter \"f\" has no effect: there is no %(lineno) "
                          "here"));
  EXPECT_THAT(without_effect("[loggers]\nkeys=root,own\n[logger_root]\nhandlers=\n"),
              ElementsAre("skylog.ini: logger \"own\": only that of root is read"));
}

TEST(SkylogTest, RefusesWhatPythonWould) {
  EXPECT_EQ(Refusal("[handlers]\nkeys=\n"), "skylog.ini: there is no section [loggers]");
  EXPECT_EQ(Refusal("[loggers]\nkeys=root\n"), "skylog.ini: there is no section [logger_root]");
  EXPECT_EQ(Refusal("[loggers]\nkeys=root\n[logger_root]\nhandlers=x\n"),
            "skylog.ini: there is no section [handler_x]");
  EXPECT_EQ(Refusal(WithHandler("class=FileHandler\nargs=('x',)\nformatter=f\n")),
            "skylog.ini: there is no section [formatter_f]");
  EXPECT_EQ(Refusal(WithHandler("class=StreamHandler\nlevel=LOUD\n")),
            "skylog.ini:7: there is no log level \"LOUD\"");
  EXPECT_EQ(Refusal(WithHandler("class=FileHandler\nargs=(x)\n")),
            "skylog.ini:7: arguments of handler \"h\": expected the name of a file");
  EXPECT_EQ(Refusal(WithHandler("class=FileHandler\nargs=('x\n")),
            "skylog.ini:7: arguments of handler \"h\": text has no closing quote at \"\"");
  EXPECT_EQ(Refusal(WithHandler("class=SysLogHandler\nargs=('/dev/log', 'nowhere')\n")),
            "skylog.ini:7: arguments of handler \"h\": expected a facility of syslog such as "
            "'local0' as argument 2");
}

TEST(SkylogTest, ArgumentsAreThoseOfPython) {
  const PythonValue value = ParseArguments(R"( ('a\'b', "c", 3 * 4, sys.x, ('h', 1), [] ,) )");
  ASSERT_EQ(value.items.size(), 6u);
  EXPECT_EQ(value.items[0].text, "a'b");
  EXPECT_EQ(value.items[1].text, "c");
  EXPECT_EQ(value.items[2].number, 12);
  EXPECT_EQ(value.items[3].kind, PythonValue::Kind::kName);
  EXPECT_EQ(value.items[4].items.at(1).number, 1);
  EXPECT_THAT(value.items[5].items, IsEmpty());
  for (const char* bad : {"", "1", "(1", "(1 2)", "(1,,)", "(1) 2", "('a' 'b')", "(open('x'))",
                          "(99999999999*99999999999)", "(1*x)", "((((((((((1))))))))))", "(1)*2"})
    EXPECT_THROW(ParseArguments(bad), base::Error) << bad;
}

class FindSkylogTest : public testing::Test {
 protected:
  config::Settings Load(const std::string& lines) const {
    return config::Settings::Load(
        ProcessSettings("londiste"),
        config::IniFile::Parse("[londiste]\n" + lines, "n.ini", config::Dialect::kLondiste),
        {"londiste"}, {}, config::UnknownKeys::kRefuse, [](const std::string&) {});
  }
  std::string Refusal(const std::string& lines) const {
    try {
      FindSkylog(Load(lines), kTexts);
    } catch (const base::ConfigError& error) {
      return error.what();
    }
    return "";
  }
  test_support::TempDir dir_;
};

TEST_F(FindSkylogTest, TakesTheFirstThatExists) {
  const std::string path = dir_.Write("s.ini", WithHandler("class=FileHandler\nargs=('x',)\n"));
  const std::string locations = "skylog_locations = " + dir_.path() + "/none, " + path + "\n";
  EXPECT_FALSE(FindSkylog(Load(locations), kTexts).has_value());
  EXPECT_FALSE(FindSkylog(Load(locations + "use_skylog = 0\n"), kTexts).has_value());
  const auto found = FindSkylog(Load(locations + "use_skylog = 2\n"), kTexts);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->targets.size(), 1u);
}

TEST_F(FindSkylogTest, RefusesNoneAndOneThatEverybodyMayWrite) {
  const std::string none = dir_.path() + "/none";
  EXPECT_EQ(Refusal("use_skylog = 2\nskylog_locations = " + none + "\n"),
            "n.ini:2: setting \"use_skylog\": there is none of the files " + none);
  const std::string path = dir_.Write("s.ini", WithHandler("class=NullHandler\n"));
  ASSERT_EQ(chmod(path.c_str(), 0666), 0);
  EXPECT_EQ(Refusal("use_skylog = 2\nskylog_locations = " + path + "\n"),
            "everybody may write to \"" + path + "\"");
  EXPECT_THROW(Load("use_skylog = 3\n"), base::ConfigError);
}

}  // namespace
}  // namespace process
