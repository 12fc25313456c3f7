using ThunderStack.Webhooks.Dashboard.Tests.Browser;

[assembly: AssemblyFixture(typeof(Chromium))]
