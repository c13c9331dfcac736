// The error families of the suite. Libraries throw them; a program catches once in `main` and once per worker loop round.
#pragma once

#include <stdexcept>
#include <string>

namespace base {

// What the user reads: a message as PostgreSQL words it, and optionally a hint ("what to do next") that is printed on
// its own line.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, std::string hint = {})
      : std::runtime_error(message), hint_(std::move(hint)) {}
  const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

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

// The thread was asked to stop (base::Interrupt) while it waited or talked to a server. Not a failure: never logged as one.
class Interrupted : public Error {
 public:
  Interrupted() : Error("interrupted") {}
};

}  // namespace base
