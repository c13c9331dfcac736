// One direction of a delayed connection: bytes come out, in order, a fixed time after they went in.
// Any number of bytes may be under way up to kCapacity, so it is distance that is imitated and not
// a narrow line.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace bench {

class DelayLine {
 public:
  using Clock = std::chrono::steady_clock;

  // 64 MB hold 10 ms of 6 GB/s; beyond that the receiver is slow, and the sender has to wait as for
  // any connection.
  static constexpr std::size_t kCapacity = std::size_t{64} << 20;

  // REQUIRES: both sockets are non-blocking and outlive this object.
  DelayLine(int from, int to, std::chrono::nanoseconds delay)
      : from_(from), to_(to), delay_(delay) {}

  bool wants_to_read() const { return !ended_ && size_ < kCapacity; }
  bool wants_to_write(Clock::time_point now) const {
    return !pieces_.empty() && pieces_.front().due <= now;
  }
  // When the next byte, or the end, is to be passed on; nullopt: nothing is under way.
  std::optional<Clock::time_point> next_due() const;

  // Takes what is there. False: the connection broke.
  bool Read(Clock::time_point now);
  // Passes on what is due; the end of the stream is passed on as such. False: the connection broke.
  bool Write(Clock::time_point now);
  // The end of the stream has been passed on.
  bool done() const { return done_; }

 private:
  struct BufferedRows {
    Clock::time_point due;
    std::string bytes;  // empty: the end of the stream
  };
  int from_, to_;
  std::chrono::nanoseconds delay_;
  std::deque<BufferedRows> pieces_;
  std::size_t size_ = 0, written_ = 0;  // written_: of the first piece
  bool ended_ = false, done_ = false;
};

}  // namespace bench
