// The error families of the suite. Libraries throw them; a program catches once in `main` and once
// per worker loop round.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace base {

// What the user reads: a message as PostgreSQL words it, and optionally a hint ("what to do next")
// that is printed on its own line.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, std::string hint = {})
      : std::runtime_error(message), hint_(std::move(hint)) {}
  const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

// Both for one text: the hint, if there is one, on a line of its own.
inline std::string WithHint(const std::string& message, const std::string& hint) {
  return hint.empty() ? message : message + "\nHINT:  " + hint;
}
inline std::string WithHint(const Error& error) { return WithHint(error.what(), error.hint()); }

// The command line cannot be understood: exit status 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

// A file, key or value of the configuration is wrong. what() already starts with "file:line: ".
class ConfigError : public Error {
 public:
  using Error::Error;
};

// The thread was asked to give up (base::Interrupt) while it waited or talked to a server.
//
// No Error: it is what somebody wanted, is never logged as a failure, and passes by all who catch
// errors to do without, to add to them or to try again. It is a std::exception, so that what must
// hold whatever comes (a destructor, the end of a thread, libpqxx between us and ourselves) has one
// name for all there is; whoever catches std::exception for another reason lets this one through
// first.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

}  // namespace base
