# Warnings are errors; third-party headers come in as system includes by their imported targets.
# Off: two warnings that g++ 12 gives falsely when it optimises std::optional, std::variant and
# std::string (GCC bugs 80635, 105562, 105651); the address sanitizer and valgrind watch the real thing.
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
