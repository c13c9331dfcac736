// Feeds inih the lines of a file, and of the files it includes, in a shape that inih cannot
// misread.
//
// Debian's inih cuts lines at 199 bytes and parses the rest as a new setting, and cuts ` ;` off
// plain lines as a comment. So a key is handed on alone (`key =`) and its value behind it in short
// pieces, as continuation lines of hexadecimal digits, where no version of inih finds comments or
// blanks to cut; the handler puts them together again. Lines that inih would misread are refused
// here, with file and line.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "config/ini_file.h"

namespace config {

class LineSource {
 public:
  LineSource(std::string name, std::string_view text, Dialect dialect);

  // The next line for inih, at most 199 bytes; false at the end. Throws base::ConfigError.
  bool Next(std::string& line);
  // Where the line came from that Next gave last.
  Origin origin() const;

  // The text of a piece, from the value that inih hands on.
  static std::string Decode(std::string_view digits);

 private:
  struct File {
    std::string name;
    std::vector<std::string> lines;
    std::size_t next = 0;
  };
  void ReadLine(const std::string& line);
  void QueuePieces(std::string_view value);
  void Open(const std::string& path);
  [[noreturn]] void Refuse(const std::string& what) const;

  Dialect dialect_;
  std::vector<File> files_;  // the innermost include last
  std::deque<std::string> ready_;
  std::size_t key_indent_ = 0;
  bool in_value_ = false;  // an indented line would continue the value before it
};

// The whole of a file. Throws base::ConfigError `could not open "F": reason`.
std::string ReadConfigFile(const std::string& path);

}  // namespace config
