#pragma once

#include <gtest/gtest.h>

#include "pipeline/core/result.hpp"

namespace sogoc {

template <typename T>
T value_of(Result<T> result) {
  EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}

}  // namespace sogoc
