# cmake -DFILES="a.ptx;b.ptx" [-DWANTED="mma.sync;..."] -P check_ptx.cmake
# Fails when a scoring kernel has an instruction on floating-point numbers that is not in the list of those that IEEE 754
# rounds correctly, to nearest even, with subnormal numbers kept; a matrix product that is not of 8-bit integers into s32
# without saturation; or a call. Opcodes are looked at, not words: a name cannot hide one. An opcode in WANTED must occur.
cmake_minimum_required(VERSION 3.25)
set(float "\\.(f16|f16x2|bf16|bf16x2|tf32|f32|f32x2|f64|e4m3|e5m2)")
set(integer "[su](8|16|32|64)")
set(allowed
    "(add|sub|mul|fma|div|sqrt)\\.rn\\.f32"
    "cvt\\.rn\\.f32\\.${integer}"
    "cvt\\.(rni|rzi)\\.(f32|${integer})\\.f32"
    "(abs|neg|min|max|mov|selp)\\.f32"
    "(ld|st)(\\.[a-z0-9:]+)*\\.f32"
    "setp\\.[a-z]+(\\.[a-z]+)?\\.f32")
set(mma "mma\\.sync\\.aligned\\.m16n8k32\\.row\\.col\\.s32\\.(u8|s8)\\.s8\\.s32")

set(seen "")
foreach(file IN LISTS FILES)
    file(READ "${file}" text)
    # What would be a list's own characters.
    string(REPLACE ";" "" text "${text}")
    string(REPLACE "[" "(" text "${text}")
    string(REPLACE "]" ")" text "${text}")
    string(REPLACE "\n" ";" lines "${text}")
    foreach(line IN LISTS lines)
        if(NOT line MATCHES "^[ \t{]*(@!?%[a-z0-9]+[ \t]+)?([a-z][a-z0-9_.:]*)([ \t]|$)")
            continue()  # directives begin with a dot, labels with a dollar sign, comments with a slash
        endif()
        set(opcode "${CMAKE_MATCH_2}")
        list(APPEND seen "${opcode}")
        if(opcode MATCHES "^w?g?mma|^tcgen" AND NOT opcode MATCHES "^${mma}$")
            message(SEND_ERROR "${file}: no exact matrix product: ${line}")
        elseif(opcode MATCHES "${float}")
            set(exact FALSE)
            foreach(pattern IN LISTS allowed)
                if(opcode MATCHES "^(${pattern})$")
                    set(exact TRUE)
                    break()
                endif()
            endforeach()
            if(NOT exact)
                message(SEND_ERROR "${file}: not in the list of exact operations: ${line}")
            endif()
        elseif(opcode MATCHES "\\.(approx|ftz|sat|satfinite)(\\.|$)" OR opcode MATCHES "^call")
            message(SEND_ERROR "${file}: not exact, or not to be seen from here: ${line}")
        endif()
    endforeach()
endforeach()
# An empty file would pass.
list(REMOVE_DUPLICATES seen)
foreach(wanted IN LISTS WANTED)
    if(NOT wanted IN_LIST seen)
        message(SEND_ERROR "no ${wanted} in ${FILES}")
    endif()
endforeach()
