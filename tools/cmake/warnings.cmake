# Warnings are errors; third-party headers come in as system includes by their imported targets.
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
