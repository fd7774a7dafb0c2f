#include "pipeline/core/result.hpp"

#include <array>
#include <utility>

namespace sogoc {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 21> kNames{{
    {ErrorCode::internal, "internal"},
    {ErrorCode::usage, "usage"},
    {ErrorCode::invalid_input, "invalid_input"},
    {ErrorCode::unsupported_input, "unsupported_input"},
    {ErrorCode::password_required, "password_required"},
    {ErrorCode::limit_exceeded, "limit_exceeded"},
    {ErrorCode::not_found, "not_found"},
    {ErrorCode::already_exists, "already_exists"},
    {ErrorCode::conflict, "conflict"},
    {ErrorCode::corrupt, "corrupt"},
    {ErrorCode::unavailable, "unavailable"},
    {ErrorCode::no_space, "no_space"},
    {ErrorCode::no_permission, "no_permission"},
    {ErrorCode::missing_model, "missing_model"},
    {ErrorCode::network, "network"},
    {ErrorCode::timeout, "timeout"},
    {ErrorCode::out_of_memory, "out_of_memory"},
    {ErrorCode::crashed, "crashed"},
    {ErrorCode::cancelled, "cancelled"},
    {ErrorCode::invalid, "invalid"},
    {ErrorCode::undecidable, "undecidable"},
}};

}  // namespace

std::string_view name(ErrorCode code) {
  for (const auto& [known, text] : kNames)
    if (known == code) return text;
  return "internal";
}

std::string_view name(Retry retry) {
  switch (retry) {
    case Retry::never: return "never";
    case Retry::same_step: return "same_step";
    case Retry::whole_job: return "whole_job";
    case Retry::after_operator: return "after_operator";
  }
  return "never";
}

ErrorCode error_code_named(std::string_view text) {
  for (const auto& [code, known] : kNames)
    if (known == text) return code;
  return ErrorCode::internal;
}

std::string sentence(const Error& error) {
  return error.subject.empty() ? error.message : error.subject + ": " + error.message;
}

std::string to_string(const Error& error) {
  std::string text;
  for (auto it = error.context.rbegin(); it != error.context.rend(); ++it) text += *it + ": ";
  text += sentence(error);
  text += " [";
  text += name(error.code);
  text += "]";
  return text;
}

}  // namespace sogoc
