#include "pramana/os/exception_kind.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <typeinfo>

namespace pramana {

std::string kind_of(const std::exception& error) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> readable{
        abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), &std::free};
    return readable ? readable.get() : typeid(error).name();
}

}  // namespace pramana
