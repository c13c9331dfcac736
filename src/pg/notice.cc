#include "pg/notice.h"

#include <utility>

#include "base/text.h"
#include "pg/notice_receiver.h"

namespace pg {
namespace {

NoticeSink& Sink() {
  static NoticeSink sink;
  return sink;
}

std::string Field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

}  // namespace

void SetNoticeSink(NoticeSink sink) { Sink() = std::move(sink); }

void EmitNotice(const Notice& notice) noexcept {
  try {
    if (Sink()) Sink()(notice);
  } catch (...) {  // a message about a message helps nobody
  }
}

void ReceiveNotice(void*, const PGresult* result) {
  EmitNotice({Field(result, PG_DIAG_SEVERITY), Field(result, PG_DIAG_MESSAGE_PRIMARY)});
}

bool LibraryNotices::operator()(const char message[]) noexcept {
  EmitNotice({"NOTICE", std::string(base::Trim(message))});
  return false;
}

}  // namespace pg
