#pragma once

// The language of one thread for a while: a server answers each person in theirs, whatever the
// locale of its own process is.

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "pipeline/core/result.hpp"

namespace sogoc {

// A compiled catalogue of gettext (sogoc.mo), read by ourselves. Immutable: any thread.
class MessageCatalogue {
 public:
  // That of the language ("vi"), where choose_language() looks too. Fails with missing_model.
  [[nodiscard]] static Result<std::shared_ptr<const MessageCatalogue>> load(std::string_view language);
  // Fails with corrupt.
  [[nodiscard]] static Result<std::shared_ptr<const MessageCatalogue>> parse(std::string_view bytes);
  // Null when it has none.
  [[nodiscard]] const char* find(std::string_view message) const;

 private:
  std::unordered_map<std::string, std::string> messages_;
};

// tr() of this thread speaks `catalogue` (null: English, as in the source) until this is destroyed.
class SpeakLanguage {
 public:
  explicit SpeakLanguage(const MessageCatalogue* catalogue);
  ~SpeakLanguage();
  SpeakLanguage(const SpeakLanguage&) = delete;
  SpeakLanguage& operator=(const SpeakLanguage&) = delete;

 private:
  const MessageCatalogue* before_;
  bool was_spoken_;
};

}  // namespace sogoc
