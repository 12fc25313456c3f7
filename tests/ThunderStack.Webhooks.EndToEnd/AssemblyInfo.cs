// Each test has a machine's worth of load of its own, and some measure time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
