#include "process/skylog_arguments.h"

#include <charconv>

#include "base/error.h"
#include "base/text.h"

namespace process {
namespace {

constexpr int kMaxDepth = 8;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  PythonValue All() {
    PythonValue value = Value(0);
    Peek();
    if (at_ < text_.size()) Refuse("unexpected text");
    return value;
  }

 private:
  // The next character that is no blank; '\0' at the end.
  char Peek() {
    while (at_ < text_.size() && base::kWhiteSpace.find(text_[at_]) != std::string_view::npos)
      ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  [[noreturn]] void Refuse(const std::string& what) const {
    throw base::Error(what + " at \"" + std::string(text_.substr(at_, 20)) + "\"");
  }

  PythonValue Value(int depth) {
    const char next = Peek();
    if (next == '(' || next == '[') return Tuple(next == '(' ? ')' : ']', depth);
    if (next == '\'' || next == '"') return Text(next);
    if (IsDigit(next)) return Product();
    if (IsNameStart(next)) return Name();
    Refuse("expected text, a number, a name or (...)");
  }

  PythonValue Tuple(char close, int depth) {
    if (depth >= kMaxDepth) Refuse("too many parentheses");
    PythonValue tuple;
    ++at_;
    while (Peek() != close) {
      tuple.items.push_back(Value(depth + 1));
      if (Peek() == ',')
        ++at_;
      else if (Peek() != close)
        Refuse("expected a comma or the end of the parentheses");
    }
    ++at_;
    return tuple;
  }

  PythonValue Text(char quote) {
    PythonValue value{PythonValue::Kind::kText, {}, 0, {}};
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
        if (at_ == text_.size() ||
            std::string_view("\\'\"").find(text_[at_]) == std::string_view::npos)
          Refuse("expected \\, ' or \" after \\");
      }
      value.text += text_[at_];
    }
    if (at_ == text_.size()) Refuse("text has no closing quote");
    ++at_;
    return value;
  }

  long Number() {
    long number = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, failure] = std::from_chars(begin, text_.data() + text_.size(), number);
    if (failure != std::errc()) Refuse("expected a number");
    at_ += static_cast<std::size_t>(end - begin);
    return number;
  }

  PythonValue Product() {
    PythonValue value{PythonValue::Kind::kNumber, {}, Number(), {}};
    while (Peek() == '*') {
      ++at_;
      if (!IsDigit(Peek())) Refuse("expected a number");
      if (__builtin_mul_overflow(value.number, Number(), &value.number))
        Refuse("number is too large");
    }
    return value;
  }

  PythonValue Name() {
    PythonValue value{PythonValue::Kind::kName, {}, 0, {}};
    while (at_ < text_.size() &&
           (IsNameStart(text_[at_]) || IsDigit(text_[at_]) || text_[at_] == '.'))
      value.text += text_[at_++];
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

PythonValue ParseArguments(std::string_view text) {
  PythonValue value = Parser(text).All();
  if (value.kind == PythonValue::Kind::kTuple) return value;
  throw base::Error("expected (...)");
}

}  // namespace process
