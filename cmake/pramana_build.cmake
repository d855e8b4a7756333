# Compiler settings and the pramana_module() / pramana_test() helpers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")  # executables lie in build/<preset>/
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(PRAMANA_CCACHE ccache)
if(PRAMANA_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${PRAMANA_CCACHE}")
endif()
find_program(PRAMANA_MOLD mold)
if(PRAMANA_MOLD AND NOT CMAKE_CROSSCOMPILING)  # cross compilers look for a linker of their own name
    add_link_options(-fuse-ld=mold)
endif()

add_library(pramana_flags INTERFACE)
target_compile_options(pramana_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wimplicit-fallthrough -Wundef
    $<$<BOOL:${PRAMANA_WERROR}>:-Werror>
    -ffp-contract=off -fno-math-errno        # the score's bits depend on the first (docs/scoring.md)
    -fstack-protector-strong
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports these inside its own std::string and inside coroutine frames.
    target_compile_options(pramana_flags INTERFACE -Wno-restrict -Wno-mismatched-new-delete)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Clang 19 reports std::get_temporary_buffer inside the std::stable_sort of libstdc++ 12.
    target_compile_options(pramana_flags INTERFACE -Wno-deprecated-declarations)
endif()
if(PRAMANA_SANITIZE)
    list(JOIN PRAMANA_SANITIZE "," sanitize_list)
    add_compile_options(-fsanitize=${sanitize_list} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${sanitize_list})
    if("thread" IN_LIST PRAMANA_SANITIZE)
        target_compile_options(pramana_flags INTERFACE -Wno-tsan)  # Asio uses atomic_thread_fence
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(pramana_flags INTERFACE -Wno-maybe-uninitialized)  # false reports under sanitizers
    endif()
endif()
if(PRAMANA_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(PRAMANA_TIDY)
    set(CMAKE_CXX_CLANG_TIDY clang-tidy-19 --quiet)
endif()

if(NOT PRAMANA_STANDALONE)
    find_package(PkgConfig REQUIRED)
    find_package(Threads REQUIRED)
    find_package(OpenSSL 3.0 REQUIRED)
    find_package(Boost 1.81 REQUIRED)
    find_package(ZLIB REQUIRED)
    find_package(LibArchive REQUIRED)
    find_package(simdjson REQUIRED)
    find_package(nlohmann_json 3.11 REQUIRED)
    find_package(RocksDB REQUIRED)
    pkg_check_modules(secp256k1 REQUIRED IMPORTED_TARGET libsecp256k1)
    pkg_check_modules(xmlsec REQUIRED IMPORTED_TARGET xmlsec1-openssl libxml-2.0)
    if(PRAMANA_TESTS)
        find_package(GTest)
        if(GTest_FOUND)
            include(GoogleTest)
        else()
            message(WARNING "GoogleTest is not installed: no test is built. tools/setup installs it.")
            set(PRAMANA_TESTS OFF)
        endif()
    endif()
endif()

# pramana_module(NAME SOURCES a.cpp... [PUBLIC_HEADERS x.hpp...] [USES core crypto...] [THIRD_PARTY OpenSSL::Crypto...])
#
# One static library. Public headers live in include/pramana/NAME/ and are verified to compile alone; private ones
# beside the sources. USES are our modules (public: their types appear in our headers), THIRD_PARTY is linked PRIVATE.
function(pramana_module name)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES;THIRD_PARTY" ${ARGN})
    add_library(pramana_${name} STATIC ${ARG_SOURCES})
    add_library(pramana::${name} ALIAS pramana_${name})
    file(GLOB public_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/pramana/${name}/*.hpp")
    target_sources(pramana_${name} PUBLIC FILE_SET HEADERS
        BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${public_headers})
    set_target_properties(pramana_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
    target_include_directories(pramana_${name} PUBLIC "${PROJECT_SOURCE_DIR}/include"
                                               PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
    foreach(used IN LISTS ARG_USES)
        target_link_libraries(pramana_${name} PUBLIC pramana::${used})
    endforeach()
    target_link_libraries(pramana_${name} PRIVATE pramana_flags ${ARG_THIRD_PARTY})
endfunction()

# pramana_part(NAME SOURCES a.cpp... [USES core...])
#
# The part of a module that reads what strangers write, as a library of its own: its fuzz targets, and the sanitizer
# subset that CI builds, link it without the module's heavy rest (Beast, RocksDB).
function(pramana_part name)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
    add_library(pramana_${name} STATIC ${ARG_SOURCES})
    add_library(pramana::${name} ALIAS pramana_${name})
    target_include_directories(pramana_${name} PUBLIC "${PROJECT_SOURCE_DIR}/include" PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
    foreach(used IN LISTS ARG_USES)
        target_link_libraries(pramana_${name} PUBLIC pramana::${used})
    endforeach()
    target_link_libraries(pramana_${name} PRIVATE pramana_flags)
endfunction()

# pramana_test(NAME SOURCES a_test.cpp... [MODULE dir] [LINKS pramana::x...] [LABELS asan] [OPTIMISED])
#
# One GoogleTest executable whose cases become ctest tests `NAME/Suite.case`. MODULE adds a module's private
# headers. The label `asan` puts the suite into the named sanitizer subset that CI runs. The test's own sources are
# compiled with PRAMANA_TEST_FLAGS (-O0 in the presets that CI runs: optimising them is half of what they cost to
# compile; in asan also without checks of null, alignment and type, which are a third of the rest) unless it is OPTIMISED,
# because it computes much itself.
function(pramana_test name)
    cmake_parse_arguments(ARG "OPTIMISED" "MODULE" "SOURCES;LINKS;LABELS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    if(NOT ARG_OPTIMISED)
        target_compile_options(${name} PRIVATE ${PRAMANA_TEST_FLAGS})
    endif()
    if(ARG_MODULE)
        target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/${ARG_MODULE}")
    endif()
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${name} PRIVATE pramana_flags ${ARG_LINKS} GTest::gmock GTest::gtest_main Threads::Threads)
    gtest_discover_tests(${name} TEST_PREFIX "${name}/" NO_PRETTY_VALUES DISCOVERY_MODE PRE_TEST
        DISCOVERY_TIMEOUT 60
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" PROPERTIES TIMEOUT 300 LABELS "${ARG_LABELS}")
    if("asan" IN_LIST ARG_LABELS)
        set_property(GLOBAL APPEND PROPERTY PRAMANA_ASAN_TESTS ${name})
    endif()
endfunction()

# pramana_fuzz(NAME SOURCES fuzz_x.cpp [MODULE dir] [LINKS pramana::x...])
#
# MODULE adds a module's private headers. One LLVMFuzzerTestOneInput. With PRAMANA_FUZZ it becomes a libFuzzer program; otherwise the same code runs over
# tests/fuzz/corpus/NAME, every truncation and small changes of it, as ctest test `fuzz/NAME`, so that it cannot rot.
function(pramana_fuzz name)
    cmake_parse_arguments(ARG "" "MODULE" "SOURCES;LINKS" ${ARGN})
    set(corpus "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
    add_executable(${name} ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    if(ARG_MODULE)
        target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/${ARG_MODULE}")
    endif()
    target_link_libraries(${name} PRIVATE pramana_flags ${ARG_LINKS})
    if(PRAMANA_FUZZ)
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
        target_sources(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cpp")
        add_test(NAME fuzz/${name} COMMAND ${name} "${corpus}")
        set_tests_properties(fuzz/${name} PROPERTIES TIMEOUT 300 LABELS asan)
        set_property(GLOBAL APPEND PROPERTY PRAMANA_ASAN_TESTS ${name})
    endif()
endfunction()
