// Feeds inih the lines of a file, and of the files it includes.
//
// Most lines go to inih as they are, but for blanks at their ends. Debian's inih cuts lines at 199
// bytes and parses the rest as a new setting, and cuts ` ;` off as a comment. A value that would
// suffer goes in pieces: its key alone (`key =`), then continuation lines that inih cannot misread.
// A piece stands between two guards that keep its blanks, and ` ;` falls between two pieces.
// Lines that inih would misread in another way are refused here, with file and line.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "config/ini_file.h"

namespace config {

// A line for inih, and what its handler has to make of the value that inih finds in it.
struct Line {
  enum class Holds {
    kSection,
    kKey,       // a key, with its value
    kNextLine,  // a further line of the value
    kPiece,     // between guards: a piece of the value, with its line feeds
  };
  Holds holds = Holds::kSection;
  std::string text;  // at most 199 bytes
};

class LineSource {
 public:
  LineSource(std::string name, std::string_view text, Dialect dialect);

  // Goes to the next line for inih; false at the end. Throws base::ConfigError.
  bool Next();
  const Line& line() const { return line_; }
  // Where that line came from.
  Origin origin() const;

  // What stands between the guards of a piece.
  static std::string_view Unguarded(std::string_view piece);

 private:
  struct File {
    std::string name;
    std::vector<std::string> lines;
    std::size_t next = 0;
  };
  void ReadLine(const std::string& line);
  void ReadSection(std::string_view text);
  void ReadKey(std::string_view text);
  void QueuePieces(std::string_view value);
  void Open(const std::string& path);
  [[noreturn]] void Refuse(const std::string& what) const;

  Dialect dialect_;
  std::vector<File> files_;  // the innermost include last
  std::deque<Line> ready_;
  Line line_;
  std::size_t key_indent_ = 0;
  bool in_value_ = false;  // an indented line would continue the value before it
};

// The whole of a file. Throws base::ConfigError `could not open "F": reason`.
std::string ReadConfigFile(const std::string& path);

}  // namespace config
