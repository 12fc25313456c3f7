using Xunit.Sdk;

// They share a broker, which some of them freeze.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
