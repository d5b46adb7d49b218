//! Builds the firmware, runs it in QEMU, and tells what was measured: a line for each board, network and format.

mod generate;

use clap::Parser;
use object::{Object, ObjectSection, ObjectSymbol};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

/// Builds and runs the firmware of all boards.
#[derive(Parser)]
struct OptimizerOptions {
    /// A JSON object a line instead of a table.
    #[arg(long)]
    json: bool,
    /// The boards, of m4f, m0 and riscv32.
    #[arg(long, value_delimiter = ',', default_value = "m4f,m0,riscv32")]
    boards: Vec<String>,
    /// Counts what an element of each activation costs, and writes the table to this file, instead of all else.
    #[arg(long, value_name = "FILE")]
    activations: Option<PathBuf>,
}

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Board, target, and the machine that QEMU has of it.
const BOARDS: [(&str, &str, &[&str]); 3] = [
    ("m4f", "thumbv7em-none-eabihf", &["qemu-system-arm", "-machine", "mps2-an386"]),
    ("m0", "thumbv6m-none-eabi", &["qemu-system-arm", "-machine", "mps2-an385"]),
    ("riscv32", "riscv32imc-unknown-none-elf", &["qemu-system-riscv32", "-machine", "virt", "-bios", "none"]),
];

/// The feature, the network's name, and its formats. (There are no convolutions of signed bytes yet.)
const NETWORKS: [(&str, &str, &[&str]); 4] = [
    ("", "digits", &["f32", "int8"]),
    ("mlp", "784-64-10", &["f32", "int8"]),
    ("autoencoder", "autoencoder", &["f32", "int8"]),
    ("dscnn", "DS-CNN", &["f32"]),
];

fn main() -> ExitCode {
    let OptimizerOptions { json, boards, activations } = OptimizerOptions::parse();
    if let Err(error) = generate::generate() {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    if let Some(path) = activations {
        let written = activation_costs(&boards)
            .and_then(|table| std::fs::write(&path, table).map_err(|error| format!("{}: {error}", path.display())));
        return written.map_or_else(
            |what| {
                eprintln!("{what}");
                ExitCode::FAILURE
            },
            |()| ExitCode::SUCCESS,
        );
    }
    let mut failed = 0;
    if !json {
        println!("board    network      format  instructions   code  weights   RAM  promised  agree");
    }
    for (board, target, machine) in BOARDS.into_iter().filter(|(board, ..)| boards.iter().any(|b| b == board)) {
        for (feature, network, formats) in NETWORKS {
            for &format in formats {
                let format_feature = if format == "int8" { "int8" } else { "" };
                match measure(board, target, machine, &[feature, format_feature]) {
                    Ok(Measured { instructions, code, weights, ram, promised, agree }) if json => println!(
                        "{{\"board\":\"{board}\",\"network\":\"{network}\",\"format\":\"{format}\",\"instructions\":{instructions},\
                         \"code\":{code},\"weights\":{weights},\"ram\":{ram},\"ram_promised\":{promised},\"agree\":{agree}}}"
                    ),
                    Ok(Measured { instructions, code, weights, ram, promised, agree }) => println!(
                        "{board:8} {network:12} {format:6} {instructions:13} {code:6} {weights:8} {ram:5} {promised:9} {agree:6}"
                    ),
                    Err(what) => {
                        eprintln!("{board}, {network}, {format}: {what}");
                        failed += 1;
                    }
                }
            }
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Measured {
    instructions: u64,
    code: u64,
    weights: u64,
    ram: u64,
    promised: u64,
    agree: u64,
}

fn measure(board: &str, target: &str, machine: &[&str], features: &[&str]) -> Result<Measured, String> {
    let bare = format!("bare-{board}");
    let without = flash(&build(board, target, &bare, &[features, &["nothing"]].concat())?)?;
    let elf = build(board, target, &bare, features)?;
    let with = flash(&elf)?;
    check_symbols(&elf, features.contains(&"int8") && board != "m4f")?;

    let elf = build(board, target, board, features)?;
    let output = emulate(&elf, machine)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().unwrap_or("");
    let numbers: Vec<u64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [instructions, weights, ram, promised, agree, inputs] = numbers[..] else {
        return Err(format!("{}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr)));
    };
    let code = (with - without).saturating_sub(weights);
    if !output.status.success() || agree != inputs {
        return Err(format!("{agree} of {inputs} outputs agree; {ram} bytes of memory, promised {promised}"));
    }
    if with - without > weights + 12 * 1024 {
        return Err(format!("{} bytes of flash for {weights} bytes of weights", with - without));
    }
    Ok(Measured { instructions, code, weights, ram, promised, agree })
}

/// Runs a program in QEMU.
fn emulate(elf: &Path, machine: &[&str]) -> Result<Output, String> {
    Command::new(machine[0])
        .args(&machine[1..])
        .args(
            "-display none -monitor none -serial none -nodefaults -semihosting-config enable=on,target=native"
                .split(' '),
        )
        // Time is counted in instructions, so that they are the same each time.
        .args(["-icount", "shift=6,align=off,sleep=off", "-kernel"])
        .arg(elf)
        .output()
        .map_err(|error| format!("{}: {error}", machine[0]))
}

/// The instructions of an element of each activation as a table in Markdown, a column for each board.
fn activation_costs(boards: &[String]) -> Result<String, String> {
    const ELEMENTS: f64 = 1024.0;
    let chips = [("m4f", "Cortex-M4F"), ("m0", "Cortex-M0+"), ("riscv32", "RISC-V (RV32IMC)")];
    let (mut header, mut line, mut rows) = ("| |".to_string(), "|---|".to_string(), Vec::<(String, String)>::new());
    for (board, target, machine) in BOARDS.into_iter().filter(|(board, ..)| boards.iter().any(|b| b == board)) {
        let chip = chips.iter().find(|(name, _)| *name == board).map_or(board, |(_, chip)| chip);
        header += &format!(" {chip} |");
        line += "---|";
        let output = emulate(&build(board, target, &format!("activations-{board}"), &[])?, machine)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let counts: Vec<(&str, f64)> = text
            .lines()
            .filter_map(|row| row.split_once(' '))
            .filter_map(|(a, n)| Some((a, n.parse().ok()?)))
            .collect();
        if !output.status.success() || counts.is_empty() || !rows.is_empty() && rows.len() != counts.len() {
            return Err(format!("{board}: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr)));
        }
        if rows.is_empty() {
            rows.extend(counts.iter().map(|(name, _)| (name.to_string(), String::new())));
        }
        for ((_, row), (_, count)) in rows.iter_mut().zip(counts) {
            *row += &format!(" {:.1} |", count / ELEMENTS);
        }
    }
    let rows = rows.iter().map(|(name, row)| format!("| `{name}` |{row}\n"));
    Ok(format!("{header}\n{line}\n{}", rows.collect::<String>()))
}

fn build(board: &str, target: &str, bin: &str, features: &[&str]) -> Result<PathBuf, String> {
    let target_dir = std::env::var_os("CARGO_TARGET_DIR").map_or(Path::new(FOLDER).join("target"), PathBuf::from);
    // Another compiler may be needed for the boards than for this program; it must not share a folder with it.
    let target_dir = target_dir.join("boards");
    let mut cargo = Command::new("cargo");
    if let Some(rustc) = std::env::var_os("BOARDS_RUSTC") {
        cargo.env("RUSTC", rustc);
    }
    let output = cargo
        .current_dir(FOLDER)
        .env("CARGO_TARGET_DIR", &target_dir)
        .args(["build", "--release", "--quiet", "--package", board, "--bin", bin, "--target", target])
        .args(["--features", &features.join(" ")])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{bin} does not build:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(target_dir.join(target).join("release").join(bin))
}

/// The bytes of code and constants.
fn flash(elf: &Path) -> Result<u64, String> {
    read(elf, |file| {
        let wanted = |name: &str| name.starts_with(".text") || name.starts_with(".rodata");
        Ok(file.sections().filter(|section| section.name().is_ok_and(wanted)).map(|section| section.size()).sum())
    })
}

/// That no function is there that panics, allocates or formats; nor, where only integers are to be, one of floats.
fn check_symbols(elf: &Path, integers: bool) -> Result<(), String> {
    let floats = ["__aeabi_f", "__aeabi_d", "__aeabi_i2f", "sf2", "sf3", "df3", "sisf", "sfsi"];
    read(elf, |file| {
        for name in file.symbols().filter_map(|symbol| symbol.name().ok()) {
            let bad = ["panicking", "core3fmt", "alloc", "this_program_can_panic"].iter().any(|bad| name.contains(bad));
            if bad || integers && floats.iter().any(|float| name.contains(float)) {
                return Err(format!("the program has {name}"));
            }
        }
        Ok(())
    })
}

fn read<T>(elf: &Path, f: impl Fn(object::File) -> Result<T, String>) -> Result<T, String> {
    let bytes = std::fs::read(elf).map_err(|error| format!("{}: {error}", elf.display()))?;
    f(object::File::parse(&*bytes).map_err(|error| error.to_string())?)
}
