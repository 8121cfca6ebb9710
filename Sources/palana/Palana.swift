import ArgumentParser

@main
struct Palana: AsyncParsableCommand {}
