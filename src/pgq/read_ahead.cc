#include "pgq/read_ahead.h"

#include <algorithm>
#include <utility>

namespace pgq {
namespace {

// Large enough that a round trip to the provider costs little, small enough that several fit into
// the memory that is allowed.
constexpr std::size_t kPieceBytes = 4 << 20;
constexpr std::size_t kMostRows = 20'000;
// In one message. The server holds the rows of one of them until they are sent.
constexpr int kFetches = 4;

}  // namespace

int ReadAhead::RowsOfOnePiece(const EventChunk& chunk, std::size_t piece_bytes) {
  const std::size_t row_bytes = std::max<std::size_t>(chunk.bytes() / chunk.size(), 1);
  return static_cast<int>(std::clamp<std::size_t>(piece_bytes / row_bytes, 1, kMostRows));
}

std::size_t ReadAhead::PieceBytes(std::size_t bytes) {
  return std::max<std::size_t>(std::min(kPieceBytes, bytes / 4), 1);
}

ReadAhead::ReadAhead(BatchCursor& cursor, std::size_t bytes)
    : cursor_(cursor), bytes_(bytes), thread_([this](base::Interrupt&) {
        try {
          FetchAll();
        } catch (...) {
          End();
          throw;
        }
        End();
      }) {}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    unwanted_ = true;
  }
  changed_.notify_all();
}

bool ReadAhead::Next(EventChunk& chunk) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return over_ || !ready_.empty(); });
  if (ready_.empty()) {
    lock.unlock();
    thread_.Join();
    return false;
  }
  chunk = std::move(ready_.front());
  ready_.pop_front();
  ready_bytes_ -= chunk.bytes();
  changed_.notify_all();
  return true;
}

void ReadAhead::End() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  changed_.notify_all();
}

void ReadAhead::FetchAll() {
  while (!cursor_.at_end() && AwaitRoom()) {
    EventChunk chunk = cursor_.Next(PieceBytes(bytes_));
    if (chunk.size() == 0) continue;
    cursor_.set_rows(RowsOfOnePiece(chunk, PieceBytes(bytes_)), kFetches);
    Put(std::move(chunk));
  }
}

// False when nobody wants more.
bool ReadAhead::AwaitRoom() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return unwanted_ || ready_bytes_ < bytes_; });
  return !unwanted_;
}

void ReadAhead::Put(EventChunk chunk) {
  const std::lock_guard lock(mutex_);
  ready_bytes_ += chunk.bytes();
  ready_.push_back(std::move(chunk));
  changed_.notify_all();
}

}  // namespace pgq
