ALTER TABLE `activations` ADD `experiment` text;--> statement-breakpoint
ALTER TABLE `deployment_items` ADD `experiment` text;--> statement-breakpoint
ALTER TABLE `deployment_items` ADD `previous_experiment` text;--> statement-breakpoint
ALTER TABLE `executions` ADD `variant` text;