using Xunit.Sdk;

// Each test has a machine's worth of load of its own, and some measure time: one after the other, but for those that mostly wait.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
